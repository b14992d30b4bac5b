// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: VM entry and VM exit, and the module's life, in a measuring build.
// Kernel: vmx_vcpu_run() enters the guest at one place and reads the exit reason
//	at one place.
// Rule: count entries and timer exits, by whether L2 is active; and show the
//	counters while the module is loaded.
//
// places: leaves count_entry 1
// places: leaves count_exit 1
// places: leaves count_life_init 1
// places: leaves count_life_exit 1

virtual leaves

@count_entry depends on leaves@
expression vcpu, vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 ...
+hv_timer_count_entry(vmx->loaded_vmcs->vmcs, vmx->loaded_vmcs != &vmx->vmcs01);
 vmx_vcpu_enter_exit@p(vcpu, vmx, ...);
 ...
 }

@count_exit depends on leaves@
expression vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 ...
 vmx->exit_reason.full =@p vmcs_read32(VM_EXIT_REASON);
+hv_timer_count_exit(vmx->exit_reason.full, vmx->loaded_vmcs != &vmx->vmcs01);
 ...
 }

@count_life_init depends on leaves@
position p;
@@
 vmx_init(...)
 {
 ...
+hv_timer_count_create();
 return@p 0;
 ...
 }

@count_life_exit depends on leaves@
position p;
@@
 vmx_exit(...)
 {
 ...
+hv_timer_count_remove();
 kvm_exit@p();
 ...
 }

@script:python@
p << count_entry.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_entry")

@script:python@
p << count_exit.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_exit")

@script:python@
p << count_life_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_life_init")

@script:python@
p << count_life_exit.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_life_exit")
