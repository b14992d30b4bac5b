# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# Hosts for the tests of kvm-hvtimer: folders with the files that it reads. Needs $here and the
# folder $work.

release=1.2.3-4-amd64
stock=/lib/modules/$release/kernel/arch/x86/kvm/kvm-intel.ko
ours=/lib/modules/$release/updates/dkms/kvm_intel.ko

# module FILE DEFINE...: compile tests/command/module.c with these definitions, for kernel $for.
module()
{
	file=$1
	shift
	gcc -c -o "$file" "$@" -DRELEASE="\"$for\"" "$here/module.c"
}

# modules: compile all modules that the tests use, once.
modules()
{
	mkdir -p "$work/modules"
	for=$release
	{
		module "$work/modules/stock.ko" -DCRC=0x22222222 -DINTREE '-DSRCVERSION="AAAA"' &&
		module "$work/modules/ours.ko" -DCRC=0x22222222 '-DVERSION="0.1.0"' '-DVARIANT="always-on"' \
			'-DSRCVERSION="BBBB"' &&
		module "$work/modules/next.ko" -DCRC=0x22222222 '-DVERSION="0.2.0"' '-DVARIANT="always-on"' \
			'-DSRCVERSION="CCCC"' -DLACKS &&
		module "$work/modules/count.ko" -DCRC=0x22222222 '-DVERSION="0.1.0"' \
			'-DVARIANT="always-on-count"' '-DSRCVERSION="DDDD"' &&
		module "$work/modules/other.ko" -DCRC=0x22222222 '-DVERSION="7.7"' '-DSRCVERSION="EEEE"' &&
		module "$work/modules/wrong.ko" -DCRC=0xdeadbeef \
			'-DVERSION="0.1.0"' '-DVARIANT="always-on"' '-DSRCVERSION="BBBB"' &&
		for=9.9.9 &&
		module "$work/modules/elsewhere.ko" -DCRC=0x22222222 \
			'-DVERSION="0.1.0"' '-DVARIANT="always-on"' '-DSRCVERSION="BBBB"' &&
		head -c 500 "$work/modules/ours.ko" >"$work/modules/truncated.ko"
	} || die "tests/command/module.c can't be compiled; the messages above say why"
}

# host NAME: make a host in $root, with an Intel CPU, a kernel, its headers' Module.symvers, and our
# module installed beside the distribution's. No module is loaded.
host()
{
	root=$work/host/$1
	rm -rf "$root"
	mkdir -p "$root$(dirname "$stock")" "$root$(dirname "$ours")" "$root/run" "$root/boot" \
		"$root/lib/modules/$release/build" "$root/sys/module/kvm/parameters" \
		"$root/proc/sys/kernel" "$root/dev" "$root/fake" "$root/etc/modprobe.d" \
		"$root/modules"
	echo $release >"$root/proc/sys/kernel/osrelease"
	printf 'processor\t: 0\nflags\t\t: fpu vmx ssse3\nvmx flags\t: vnmi preemption_timer ept ept_ad flexpriority unrestricted_guest vpid pml apicv shadow_vmcs\n' \
		>"$root/proc/cpuinfo"
	cp "$work/modules/stock.ko" "$root$stock"
	cp "$work/modules/ours.ko" "$root$ours"
	cp "$work"/modules/*.ko "$root/modules/"
	symvers >"$root/lib/modules/$release/build/Module.symvers"
	: >"$root/lib/modules/$release/modules.order"
	: >"$root/lib/modules/$release/modules.builtin"
	depmod -b "$root" $release 2>/dev/null
}

# symvers: print a Module.symvers that fits the modules.
symvers()
{
	printf '0x%s\t%s\t%s\tEXPORT_SYMBOL\t\n' 11111111 module_layout vmlinux 33333333 __fentry__ vmlinux \
		22222222 kvm_get_msr_common arch/x86/kvm/kvm 44444444 schedule vmlinux
}

# loaded FILE [NAME=VALUE]...: make $root look as if insmod had loaded this module.
loaded()
{
	module=$root/sys/module/kvm_intel
	rm -rf "$module"
	mkdir -p "$module/parameters"
	file=$1
	shift
	modinfo -F srcversion "$file" >"$module/srcversion"
	[ -z "$(modinfo -F version "$file")" ] || modinfo -F version "$file" >"$module/version"
	if [ -n "$(modinfo -F intree "$file")" ]; then echo; else echo OE; fi >"$module/taint"
	echo live >"$module/initstate"
	echo 0 >"$module/refcnt"
	for pair in nested=Y ept=Y eptad=Y pml=Y unrestricted_guest=Y ple_window=4096 \
		preemption_timer=Y 'vmentry_l1d_flush=not required' "$@"; do
		echo "${pair#*=}" >"$module/parameters/${pair%%=*}"
	done
}

# process PID COMM TARGET...: add a process that has the files TARGET open.
process()
{
	folder=$root/proc/$1
	mkdir -p "$folder/fd"
	printf '%b\n' "$2" >"$folder/comm"
	shift 2
	fd=3
	for target; do
		ln -s "$target" "$folder/fd/$fd"
		fd=$((fd + 1))
	done
	echo 1 >"$root/sys/module/kvm_intel/refcnt"
}

# figures NAME=VALUE...: write our module's debugfs file, with the timer on and these values
# changed.
figures()
{
	mkdir -p "$root/sys/kernel/debug/kvm-intel"
	for pair in state=on reason=- rate=5 tsc_hz=2400000000 max_value=4294967295 \
		full_count_ms=57266 deadline_entries=12 soft_disables=3 forced_exits=0 \
		timer_exits=10 spurious_exits=0 pin_control_writes=0; do
		name=${pair%%=*}
		for other; do
			[ "${other%%=*}" != "$name" ] || pair=$other
		done
		echo "$name: ${pair#*=}"
	done >"$root/sys/kernel/debug/kvm-intel/hv_timer"
}
