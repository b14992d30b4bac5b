# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# status: its text and its JSON.

host status
run 0 status && said '^loaded *no kvm_intel$' && said "^next boot *$release: ours, version 0.1.0: $ours\$"
verdict "status with nothing loaded"
json 'd["loaded"]["kind"] == "none" and d["next_boot"][0]["kind"] == "ours" and d["vmx"]'
verdict "the same as JSON"
loaded "$work/modules/stock.ko" nested=N
run 0 status && said "^loaded *the distribution's \\($stock\\)\$" && said 'nested=N' && said '^in use by *nobody'
verdict "status of the distribution's module"
loaded "$work/modules/ours.ko"
figures
run 0 status && said "^loaded *ours, version 0.1.0, variant always-on \\($ours\\)" &&
	said '^timer *on: rate 5, TSC 2400000000 Hz, full count 57.266 s$' && said '^ *timer_exits 10$'
verdict "status of ours, with its figures"
json 'd["timer"] == {"state": "on", "reason": None, "rate": 5, "tsc_hz": 2400000000, "max_value": 4294967295, "full_count_ms": 57266} and d["counters"]["timer_exits"] == 10'
verdict "the same as JSON"

# For a kernel that is not running.
cp -r "$root/lib/modules/$release" "$root/lib/modules/9.9.9"
rm "$root/lib/modules/9.9.9/updates/dkms/kvm_intel.ko"
depmod -b "$root" 9.9.9 2>/dev/null
loaded "$work/modules/stock.ko"
rm -r "$root/sys/kernel/debug"
run 0 status --kernel 9.9.9 && said "^loaded *the distribution's \\($stock\\)\$" && said '^kernel *9.9.9$' && said "^running *kernel $release"
verdict "status of another kernel: the loaded module is the running kernel's"
loaded "$work/modules/other.ko"
run 0 status && said "^loaded *a module that is neither ours nor the distribution's, version 7.7" && json 'd["loaded"]["kind"] == "other"'
verdict "a module of somebody else's that has a version is not ours"
printf '0000000000000000 t vmx_init\t[kvm_intel]\n0000000000000000 t hv_timer_debugfs_remove\t[kvm_intel]\n' >"$root/proc/kallsyms"
run 0 status && said '^loaded *ours, version 7.7'
verdict "a module with our unit's symbols is ours, though its file is gone"

# Where the distribution's module is found. Ours is never taken for it.
host astray
loaded "$work/modules/stock.ko"
elsewhere=/lib/modules/$release/kernel/extra/kvm-intel.ko
mkdir -p "$root${elsewhere%/*}"
mv "$root$stock" "$root$elsewhere"
json "d['loaded']['file'] == '$elsewhere'"
verdict "the distribution's module is found elsewhere in its package's folder"
cp "$work/modules/ours.ko" "$root$stock"
json "d['loaded']['file'] == '$elsewhere'"
verdict "it is found there with ours in its place, too"
away=/var/lib/dkms/other/original_module/$release/x86_64/kvm-intel.ko
mkdir -p "$root${away%/*}" "$root/lib/modules/$release/extra"
mv "$root$elsewhere" "$root$away"
cp "$work/modules/other.ko" "$root/lib/modules/$release/extra/kvm-intel.ko"
json "d['loaded']['file'] == '$away'"
verdict "it is found where DKMS has moved it, and a foreign module is not taken for it"
cp "$work/modules/other.ko" "$root$stock"
json "d['loaded']['file'] == '$stock'"
verdict "a foreign module in its place is taken for it"

# Erratum EMR158, from CPUID: leaf, EAX, EBX, ECX, EDX.
host erratum
loaded "$work/modules/stock.ko"
# cpu_is LINE...: write these leaves of CPUID.
cpu_is()
{
	printf '%s\n' "$@" >"$root/cpuid"
}
skylake='15 2 c0 0 0'
cpu_is '1 50654 0 0 0' "$skylake" '16 960 0 0 0'
run 0 status && said 'EMR158: by CPUID, this CPU may run large timer values out early: beyond 42\.9 s \(0xbfffffff, 103079215072 TSC ticks\) the loaded module.s timers may come too soon' &&
	said 'rate 5: assumed'
verdict "a CPU with the erratum, without our module: beyond which time timers may come too soon"
json 'd["cap"] == {"max_value": 0xbfffffff, "rate": 5, "rate_from": "assumed", "tsc_ticks": 0xbfffffff << 5, "ms": 42949, "tsc_hz_from": "CPUID.16H"}'
verdict "the same as JSON"
cpu_is '1 50654 0 0 0' '15 2 c0 17d7840 0'
json 'd["cap"]["ms"] == 42949 and d["cap"]["tsc_hz_from"] == "CPUID.15H"'
verdict "that time, if CPUID.15H has the crystal's frequency"
cpu_is '1 50654 0 0 0' "$skylake"
run 0 status && said 'beyond 0xbfffffff, 103079215072 TSC ticks' && json 'd["cap"]["ms"] is None and d["cap"]["tsc_hz_from"] is None'
verdict "no time, if the TSC's frequency is not known"
mkdir -p "$root/dev/cpu/0"
printf '\007\0\0\0\0\0\0\0' | dd of="$root/dev/cpu/0/msr" bs=1 seek=$((0x485)) status=none
json 'd["cap"]["rate"] == 7 and d["cap"]["rate_from"] == "IA32_VMX_MISC" and d["cap"]["tsc_ticks"] == 0xbfffffff << 7'
verdict "the rate is read from the MSR if possible"
rm "$root/dev/cpu/0/msr"
loaded "$work/modules/ours.ko"
figures max_value=3221225471 full_count_ms=42949
run 0 status && said '^timer .*, values capped at 0xbfffffff by erratum EMR158' && said 'the loaded module writes none of them' &&
	json 'd["cap"]["rate_from"] == "module" and d["cap"]["ms"] == 42949'
verdict "a CPU with the erratum, with our module: it writes no such value"
rm -r "$root/sys/kernel/debug"
loaded "$work/modules/stock.ko" preemption_timer=N
run 0 status && said 'none are written, because the timer is off'
verdict "a CPU with the erratum, with the timer off: no value is written"
for no in 'EAX 0:15 0 c0 0 0' 'EBX 0:15 2 0 0 0' 'a ratio of 128:15 2 100 0 0' 'no leaf 15H:14 2 c0 0 0'; do
	cpu_is '1 50654 0 0 0' "${no#*:}"
	{ json 'd["cap"] is None' && run 0 status && ! said EMR158; } || false
	verdict "no bound: ${no%%:*}"
done
cpu_is '1 50654 0 0 0' '15 2 ff 0 0'
json 'd["cap"]["max_value"] == 0xfeffffff'
verdict "a bound: a ratio just below 128"
cpu_is '1 50654 0 80000000 0' "$skylake"
json 'd["cap"] is None'
verdict "no bound: a hypervisor's CPU"

# Known fixes that the kernel lacks.
host lacks
cp "$work/modules/next.ko" "$root$ours"
depmod -b "$root" $release 2>/dev/null
loaded "$work/modules/stock.ko"
run 0 status && said "^lacks *this kernel's kvm.ko lacks a fix: one\$" && said '^ *this kernel.s kvm.ko lacks a "fix": two$'
verdict "status shows the fixes that the kernel lacks"
json '[s[-3:] for s in d["lacks"]] == ["one", "two"]'
verdict "the same as JSON"
cp "$work/modules/ours.ko" "$root$ours"
json 'd["lacks"] == []'
verdict "status shows none if none is lacking"

# The timer is on, and no VM uses it.
host unused
loaded "$work/modules/ours.ko" enable_apicv=Y
figures deadline_entries=0
process 70 qemu /dev/kvm anon_inode:kvm-vm anon_inode:kvm-vcpu:0
printf 'qemu\0-machine\0q35\0' >"$root/proc/70/cmdline"
run 0 status && said '^unused *none of the known reasons applies on this host'
verdict "the timer is on and not used: no known reason applies"
echo Y >"$root/sys/module/kvm/parameters/pi_inject_timer"
mkdir -p "$root/sys/devices/system/cpu"
echo 1-3 >"$root/sys/devices/system/cpu/nohz_full"
run 0 status && said '^unused *kvm.ko may post timer interrupts instead \(its parameter pi_inject_timer is on, nohz_full CPUs 1-3'
verdict "the timer is on and not used: posted timers, and the nohz_full CPUs"
json 'len(d["unused"]) == 1'
verdict "the same as JSON"
loaded "$work/modules/ours.ko" enable_apicv=N
echo 1 >"$root/sys/module/kvm_intel/refcnt"
run 0 status && said '^unused *none of the known reasons'
verdict "posted timers are no reason without APICv"
printf 'qemu\0-overcommit\0mem-lock=on,cpu-pm=on\0' >"$root/proc/70/cmdline"
run 0 status && said '^unused *MWAIT is exposed to the guests of qemu \(70\)'
verdict "the timer is on and not used: MWAIT is exposed to guests"
figures deadline_entries=1
json 'd["unused"] == []'
verdict "no reason is shown for a timer that is used"
figures deadline_entries=0
rm "$root"/proc/70/fd/*
ln -s /dev/kvm "$root/proc/70/fd/3"
json 'd["unused"] == [] and d["loaded"]["users"] == [{"pid": 70, "name": "qemu"}]'
verdict "no reason is shown without a VM"

# How long it takes on a host with a thousand processes.
host thousand
loaded "$work/modules/ours.ko"
figures
n=1000
while [ $n -lt 2000 ]; do
	process $n "some process" /dev/null /dev/null socket:[1]
	n=$((n + 1))
done
# cpu COMMAND...: print its CPU time in ms, the least of three runs: other programs may run here.
cpu()
{
	python3 -c '
import resource, subprocess, sys
def used():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
times = []
for i in range(3):
    before = used()
    subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
    times.append(used() - before)
print(round(1000 * min(times)))' "$@" 2>>"$work/err"
}
# One machine is many times slower than another, so ls on the same files is the measure.
took=$(cpu "$command" status --root "$root")
least=$(cpu ls -lR "$root/proc")
[ "${took:-9999}" -lt $((2 * ${least:-0})) ]
verdict "status takes $took ms of CPU with a thousand processes, under ASan; ls -lR $least ms (less than twice as long)"
