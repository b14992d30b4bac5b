# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# load, unload and restore, with kernel.c as the kernel.

swaps()
{
host swap
loaded "$work/modules/stock.ko" nested=N ple_window=8192
run 0 load && is ours && parameter nested N && parameter ple_window 8192 && said "^loaded: ours"
verdict "load loads ours, with the same parameters"
run 0 load && said '^it is loaded already' && run 0 load nested=1 && is ours && parameter nested Y && parameter ple_window 8192
verdict "load of what is loaded does nothing, but changes a parameter"
run 0 unload && is stock && parameter ple_window 8192 && said 'the next boot loads ours again'
verdict "unload loads the distribution's, and says what the next boot loads"
run 0 restore && is ours && run 0 restore && is ours && said 'nothing to put back'
verdict "restore undoes the last swap, once"
echo 'options kvm_intel nested=0' >"$root/etc/modprobe.d/kvm.conf"
rm -r "$root/sys/module/kvm_intel"
run 0 load && is ours && parameter nested N
verdict "load with nothing loaded takes the parameters of modprobe.d"
run 1 load nosuch=1 && refused 'has no parameter nosuch'
verdict "a parameter that the module does not have is refused"
echo /modules/next.ko >"$root/fake/refuse"
run 1 load --module /modules/next.ko && refused 'next.ko does not load .*: the module that is loaded now is ours, version 0.1.0' && is ours && parameter nested N
verdict "a module does not load: the one from before is loaded again"
printf '%s\n' /modules/next.ko "$ours" >"$root/fake/refuse"
run 1 load --module /modules/next.ko && refused "the module that is loaded now is the distribution's" && is stock
verdict "nor does that one: the distribution's is loaded"
printf '%s\n' /modules/next.ko "$ours" "$stock" >"$root/fake/refuse"
run 1 load --module /modules/next.ko && refused 'no kvm_intel is loaded now' && [ ! -e "$root/sys/module/kvm_intel" ]
verdict "nor does that one: the message says that none is loaded"
rm "$root/fake/refuse"

# ept=0 switches other parameters off. These must not be handed to the next module.
host parameters
loaded "$work/modules/stock.ko"
run 0 load ept=0 && parameter eptad N && run 0 load ept=1 && parameter ept Y && parameter eptad Y && parameter pml Y &&
	parameter unrestricted_guest Y
verdict "ept=0, and ept=1 again: what ept=0 switched off is on again"
loaded "$work/modules/stock.ko" ept=N eptad=N pml=N unrestricted_guest=N
run 0 load ept=1 && parameter eptad Y && parameter pml Y && parameter unrestricted_guest Y
verdict "the same for a module that insmod has loaded"
loaded "$work/modules/stock.ko" pml=N
run 0 load && parameter pml N && run 0 unload && parameter pml N
verdict "what was asked for is kept"
loaded "$work/modules/ours.ko" preemption_timer=N
figures state=off 'reason=its full count lasts under 10 s'
run 0 unload && parameter preemption_timer Y
verdict "a timer that the module itself switched off is on after the swap"
loaded "$work/modules/ours.ko" preemption_timer=N
figures state=off 'reason=switched off by preemption_timer=0'
run 0 unload && parameter preemption_timer N
verdict "a timer that the user switched off stays off"

rm -r "$root/sys/kernel/debug"
loaded "$work/modules/stock.ko"
run 0 load ple_window=8192 && loaded "$work/modules/ours.ko" && run 0 unload && parameter ple_window 4096
verdict "parameters that were written down are not used for a module that insmod has loaded since then"

# The lock.
host lock
loaded "$work/modules/stock.ko"
run 0 load
lock=$(find "$root/run" -name '*lock' | head -n 1)
if setpriv --reuid 65534 --regid 65534 --clear-groups flock -n "$lock" true 2>"$work/err"; then false; else [ -n "$lock" ]; fi
verdict "nobody but root can hold the lock"
(
	exec 8>"$lock"
	flock -n 8
	run 1 unload && refused 'another kvm-hvtimer is swapping' && is ours
)
verdict "a second swap at the same time is refused"
rm "$root/sys/module/kvm_intel/initstate"
(
	exec 8>"$lock"
	flock -n 8
	run 1 unload && refused 'another kvm-hvtimer is swapping'
)
verdict "nothing is read before the lock is taken"
host nolock
loaded "$work/modules/stock.ko"
rm -r "$root/run"
: >"$root/run"
run 1 load && refused 'nothing was changed' && is stock
verdict "a lock that can't be made is one line, and status 1"
rm "$root/run"
mkdir -p "$root/run/kvm-hvtimer"
chown 65534 "$root/run/kvm-hvtimer"
run 1 load && refused "is not root's alone" && is stock
verdict "a folder in /run that belongs to another user is refused"

# A process reads the debugfs file.
host figures
loaded "$work/modules/ours.ko"
process 7 cat /sys/kernel/debug/kvm-intel/hv_timer
run 1 unload && refused "KVM is in use by cat \\(7, which reads the module's figures\\)" && is ours
verdict "a process that has the debugfs file open is named"
rm "$root"/proc/7/fd/*
run 1 unload && refused 'by what can.t be seen from here'
verdict "unload is refused for a user of KVM that can't be seen, too"

# Signals between the two modules, SIGKILL too.
host signals
loaded "$work/modules/stock.ko" ple_window=8192
echo '1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 64' >"$root/fake/between"
run 0 load && is ours
verdict "a swap that is sent every signal but KILL and STOP in the middle goes through"
run 0 unload
echo 9 >"$root/fake/between"
run 137 load && [ ! -e "$root/sys/module/kvm_intel" ] && run 0 status && said '^swap *one was killed half way'
verdict "after a swap that was killed in the middle, status says that it was killed"
run 0 restore && said 'was killed half way: .* is put back' && is stock && parameter ple_window 8192
verdict "restore loads the module from before"
echo 9 >"$root/fake/between"
run 137 load && run 0 load && said 'was killed half way' && is ours && parameter ple_window 8192
verdict "load loads the module from before, and then ours"
echo 9 >"$root/fake/between"
run 137 unload && loaded "$work/modules/stock.ko" && run 0 load && said '^an earlier swap' && is ours
verdict "after a killed swap and a modprobe, load reports the swap and goes on"
echo 9 >"$root/fake/between"
run 137 load nested=0 && echo "$ours" >"$root/fake/refuse" && run 0 unload && is stock
verdict "after a killed swap, if the module from before does not load, the distribution's is loaded"

# A series of swaps, as bench does it.
host series
# The series belongs to one process.
mkdir -p "$root/proc/$$"
cat /proc/$$/stat >"$root/proc/$$/stat"
loaded "$work/modules/ours.ko" ple_window=8192
run 0 load --temporary --unverified --module /modules/count.ko nested=1 && is count && parameter ple_window 4096 &&
	run 0 load --temporary --module /modules/next.ko preemption_timer=0 && is next && parameter preemption_timer N
verdict "temporary loads: with the parameters given and no others"
run 0 status && said '^temporary *kvm-hvtimer restore puts back'
verdict "status shows that the load is temporary"
run 1 load && refused 'by kvm-hvtimer restore; nothing was changed' && is next
verdict "no other swap is possible in a series"
# Another process. A subshell would exec it, and keep its own PID.
(
	run 1 restore
	exit $?
) && refused "process $$ swaps modules for a while" && is next
verdict "another process can't end the series"
run 0 restore && is ours && parameter ple_window 8192 && parameter preemption_timer Y && run 0 restore && said 'nothing to put back'
verdict "restore ends the series"
run 0 load --temporary --module /modules/next.ko && echo 9 >"$root/fake/between" && run 137 load --temporary --module /modules/ours.ko &&
	run 0 restore && is ours && parameter ple_window 8192
verdict "restore ends a series that was killed in the middle of a swap"
rm -f "$root/fake/between"
loaded "$work/modules/ours.ko" ple_window=8192
rm "$root$ours" "$root"/modules/[!n]*.ko
run 1 load --temporary --module /modules/next.ko && refused 'no file of the kvm_intel that is loaded now' && is ours
verdict "a temporary load is refused if the loaded module could not be put back"
host none
run 0 load --temporary --module /modules/next.ko && is next && run 0 restore && [ ! -e "$root/sys/module/kvm_intel" ]
verdict "restore of a series that began with nothing loaded unloads the module"
}

if [ "$(id -u)" = 0 ]; then
	swaps
else
	skip "swaps: they are for root only"
fi
