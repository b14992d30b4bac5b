// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that does nothing, with the modinfo of a kvm-intel.ko. The command line defines RELEASE
 * and, as needed, INTREE, VERSION, VARIANT, SRCVERSION, CRC, LACKS and MAGIC.
 */
#define INFO(name, text)						\
	static const char info_##name[]					\
		__attribute__((used, section(".modinfo"), aligned(1))) = text

#ifndef MAGIC
#define MAGIC " SMP preempt mod_unload modversions "
#endif

INFO(name, "name=kvm_intel");
INFO(vermagic, "vermagic=" RELEASE MAGIC);
INFO(srcversion, "srcversion=" SRCVERSION);
INFO(nested, "parmtype=nested:bool");
INFO(ept, "parmtype=ept:bool");
INFO(eptad, "parmtype=eptad:bool");
INFO(pml, "parmtype=pml:bool");
INFO(unrestricted_guest, "parmtype=unrestricted_guest:bool");
INFO(ple_window, "parmtype=ple_window:uint");
INFO(preemption_timer, "parmtype=preemption_timer:bool");
#ifdef INTREE
INFO(intree, "intree=Y");
#endif
#ifdef VERSION
INFO(version, "version=" VERSION);
#endif
#ifdef VARIANT
INFO(variant, "variant=" VARIANT);
INFO(source, "source=linux 1.2.3-4");
#endif
#ifdef LACKS
INFO(lacks1, "lacks=this kernel's kvm.ko lacks a fix: one");
INFO(lacks2, "lacks=this kernel's kvm.ko lacks a \"fix\": two");
#endif

struct symbol_version {
	unsigned long crc;
	char name[56];
};

static const struct symbol_version versions[]
	__attribute__((used, section("__versions"), aligned(1))) = {
	{ 0x11111111, "module_layout" },
	{ CRC, "kvm_get_msr_common" },
	{ 0x33333333, "__fentry__" },
};
