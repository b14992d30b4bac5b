# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# estimate: what it makes of KVM's events, and what it refuses. Its instance in tracefs is tried in
# the test machine (tests/estimate). For root only.

# estimated EXPRESSION: estimate --json is strict JSON, and the expression is true of it (as d).
estimated()
{
	run 0 estimate 1 --json $report && python3 -c '
import json, sys
d = json.loads(open(sys.argv[1], "rb").read().decode("utf-8"))
a = d["all"]
if not eval(sys.argv[2]):
    sys.exit("it is not so: " + sys.argv[2] + " " + str(d))' "$work/said" "$1" 2>>"$work/err"
}

# happens LINE...: write the lines to /fake/trace, see trace.c. "KIND" and "KIND=VALUE" are short
# for an event of thread 72, a vCPU of process 7.
happens()
{
	for happening; do
		case $happening in
		*\ *) echo "$happening" ;;
		*=*) echo "${happening%%=*} 72 0 ${happening#*=}" ;;
		*) echo "$happening 72 0 0" ;;
		esac
	done >"$root/fake/trace"
}

# vm: a VM with two vCPUs.
vm()
{
	process 7 qemu /dev/kvm anon_inode:kvm-vm
	for thread in 71 72; do
		mkdir -p "$root/proc/$thread"
		printf 'Name:\tqemu\nTgid:\t7\nPid:\t%s\n' $thread >"$root/proc/$thread/status"
	done
	mkdir -p "$root/sys/kernel/debug/kvm/7-12/vcpu0"
	echo 1000 >"$root/sys/kernel/debug/kvm/7-12/exits"
	echo -5000000000 >"$root/sys/kernel/debug/kvm/7-12/vcpu0/tsc-offset"
}

report=
host estimate
run 1 estimate 1 && refused 'no kvm_intel is loaded'
verdict "estimate without a module is refused"
loaded "$work/modules/stock.ko"
run 1 estimate 1 && refused 'no VM runs'
verdict "estimate without a VM is refused"
vm
run 1 estimate 1 && refused 'there is no tracefs'
verdict "estimate without tracefs is refused"
for seconds in 0 86401 1x 99999999999999999999; do
	run 2 estimate $seconds && grep -q 'estimate counts for 1 to 86400 seconds' "$work/err"
	verdict "estimate $seconds is refused"
done

mkdir -p "$root/sys/kernel/btf"
printf 'x\0hv_timer_armed\0' >"$root/sys/kernel/btf/kvm_intel"
# A timer that is set and expires. Kernels from 4.19 on set the control at one entry, and clear it
# at the next.
timer='in-use deadline=5 timer-exit'
happens $timer $timer $timer in-use deadline=5
estimated 'a["pin_control_writes"] == 6 and a["dirty_entries"] == 6 and a["taken"] == 3 and a["armed"] == 4'
verdict "estimate: timers that run out: two writes each"
happens in-use deadline=5 in-use deadline=6 in-use deadline=7 not-in-use deadline=0 in-use deadline=5
estimated 'a["pin_control_writes"] == 2 and a["called_off"] == 1'
verdict "estimate: a timer that is set anew twice, and called off: two writes"
# A vCPU that halts and is woken by something else: an hrtimer takes over, and there is no entry.
happens in-use deadline=5 not-in-use in-use not-in-use in-use timer-exit in-use deadline=5
estimated 'a["pin_control_writes"] == 2 and a["taken"] == 1'
verdict "estimate: a timer that is in an hrtimer for a while: two writes"
happens in-use deadline=5 not-in-use in-use deadline=5
estimated 'a["pin_control_writes"] == 2'
verdict "estimate: a timer that ran out while the guest was halted: two writes"
happens count=9 in-use timer-exit in-use timer-exit in-use timer-exit in-use
estimated 'a["pin_control_writes"] == 1 and a["taken"] == 3'
verdict "estimate: a periodic timer stays armed: one write"
nested='nested-entry=24 nested-exit=10'
happens $nested $nested $nested
estimated 'a["pin_control_writes"] == 3 and a["dirty_entries"] == 3 and a["nested_entries"] == 3'
verdict "estimate: nested entries: one write each"
happens in-use deadline=5 $nested $nested $nested
estimated 'a["pin_control_writes"] == 7 and a["dirty_entries"] == 4'
verdict "estimate: nested entries with a deadline: two writes each, and one dirty entry"
happens nested-entry=24 timer-exit nested-exit=1 $nested
estimated 'a["pin_control_writes"] == 3 and a["dirty_entries"] == 2 and a["forced"] == 1'
verdict "estimate: a forced exit is counted"

# Two vCPUs, and events of a VM that is gone.
happens 'in-use 71 0 0' 'deadline 71 0 5' 'in-use 72 0 1' 'deadline 72 0 5' 'timer-exit 71 0 52' 'timer-exit 72 0 52' \
	'in-use 999 0 1' 'deadline 999 0 5' 'timer-exit 999 0 52'
estimated 'a["pin_control_writes"] == 3 and len(d["vms"]) == 2 and d["vms"][0]["pid"] == 7 and d["vms"][0]["pin_control_writes"] == 2 and d["vms"][0]["entries"] == 0 and d["vms"][1]["pin_control_writes"] == 1 and "pid" not in d["vms"][1]'
verdict "estimate: each VM has figures of its own"
happens 'lost 17' 'missing nothing is known of it' $timer
estimated 'd["lost_events"] == 17 and d["not_counted"] == ["nothing is known of it"]'
verdict "estimate: JSON has lost events, and what is not counted"
run 0 estimate 1 && said '^lost +17 events came faster' && said '^not counted ?nothing is known of it' && said 'qemu \(7\)'
verdict "estimate: the text has them, too"
# Other signals may be ignored here. They are tried in the test machine.
happens 'signal 15' $timer
run 143 estimate 30 && refused 'interrupted after 0.1 s'
verdict "estimate: SIGTERM ends it with one line"
happens $timer 'ends 7'
run 0 estimate 1 && said '^ended +1 VM while events were counted' && said '7, which has ended'
verdict "estimate: a VM that ends while events are counted"

# How a kernel toggles is known from its release, unless the module has it.
host estimate-early
loaded "$work/modules/stock.ko"
vm
happens $timer $timer
estimated 'd["toggles"] is True and a["pin_control_writes"] == 4'
verdict "estimate: kernels before 4.19: a write when a timer is set, and one when it runs out"
happens in-use deadline=5 deadline=0
estimated 'a["pin_control_writes"] == 3'
verdict "estimate: kernels before 4.19: three writes for a timer that is called off"
happens $nested $nested
estimated 'a["pin_control_writes"] == 4 and a["dirty_entries"] == 3'
verdict "estimate: kernels before 4.19: a write at each nested entry and exit"
for pair in 6.1.0-56-amd64:False 5.2.1:True 5.3.0:False 4.19.13:True 4.18.0-193.el8:True 4.18.0-240.el8:False; do
	mv "$root/lib/modules/"* "$root/lib/modules/${pair%:*}"
	echo "${pair%:*}" >"$root/proc/sys/kernel/osrelease"
	happens in-use deadline=5 not-in-use in-use timer-exit in-use deadline=5
	estimated "d['toggles'] is ${pair#*:} and a['pin_control_writes'] == 2"
	verdict "estimate: by its release, does ${pair%:*} toggle: ${pair#*:}"
done
mkdir -p "$root/sys/kernel/btf"
printf 'x\0hv_timer_armed\0' >"$root/sys/kernel/btf/kvm_intel"
estimated 'd["toggles"] is True and d["toggles_by"] == "by the module'\''s own types"'
verdict "estimate: the module's types are preferred to the release"
host estimate-ours
loaded "$root$ours"
figures
vm
happens $timer
estimated 'd["toggles"] is False and a["pin_control_writes"] == 2'
verdict "estimate: our module does not toggle"
figures state=off 'reason=switched off by preemption_timer=0'
run 1 estimate 1 && refused 'the hv timer is off \(switched off by preemption_timer=0\)'
verdict "estimate with the timer off is refused"
figures

# EMR158: with 25 MHz and 2.4 GHz values from 0xc0000000 on are wrong. At rate 5 that is 42.9 s, or
# 103 G ticks. The guest's TSC is 5 G behind.
printf '1 0 0 0 0\n15 2 c0 0 0\n' >"$root/cpuid"
happens 'in-use 72 6000000000 0' 'deadline 72 6000000000 105000000000' 'in-use 72 6000000000 0' \
	'deadline 72 6000000000 90000000000' 'in-use 71 6000000000 3' 'deadline 71 6000000000 110000000000'
estimated 'a["beyond_cap"] == 1 and d["not_judged"] == 1 and d["cap"] == 0xbfffffff'
verdict "estimate: deadlines beyond the cap are counted"

# A report of the benchmark. A write costs (1300 - 1000) / 2 and (5600 - 5200) / 2 cycles.
report_of()
{
	python3 -c '
import json, sys
json.dump({"format": 1, "kind": sys.argv[1],
    "repetitions": {w: {"count": 100} for w in ("rearm-1", "rearm-10", "cpuid")},
    "samples": {"rearm-1": {"stock": [1000, 990, 1010], "toggle": [1290, 1300, 5000], "always-on": [1000, 1000, 1000]},
                "rearm-10": {"toggle": [5600], "always-on": [5200]}, "cpuid": {"toggle": [9], "always-on": [1]}},
    "counts": {w: {"toggle": {"vmcs01_dirty_entries": 203}, "always-on": {"vmcs01_dirty_entries": 3}}
               for w in ("rearm-1", "rearm-10", "cpuid")}}, sys.stdout)' $1 >"$root/report.json"
}
report_of cycles
report='--report /report.json'
estimated 'd["cycles"] == [150, 200]'
verdict "estimate --report: the cycles are the report's"
report_of instructions
run 1 estimate 1 $report && refused 'which are not cycles'
verdict "estimate --report: a report of the emulated machine is refused"
echo '{}' >"$root/report.json"
run 1 estimate 1 $report && refused 'is no report.json of make bench'
verdict "estimate --report: another JSON file is refused"
rm "$root/report.json"
run 1 estimate 1 $report && refused "can't be read"
verdict "estimate --report: a file that does not exist is refused"
