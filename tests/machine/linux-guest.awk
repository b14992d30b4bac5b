# SPDX-License-Identifier: GPL-2.0-only
#
# For `make linux-guest`, after figures.awk: prints the Linux guests' figures as a table, and judges
# them.

# Prints the table's line of a guest.
function row(label, workload)
{
	L = label
	W = workload
	printf format, L, W, figure("seconds"), figure("count"), figure("short"), figure("lost"), figure("late_mean_us"),
	       figure("late_max_us"), figure("deadline_entries"), figure("soft_disables"), figure("timer_exits"),
	       figure("pin_control_writes")
}

# Checks that a guest booted, slept right and powered off.
function guest(label, workload, sleeps)
{
	L = label
	W = workload
	check(L ", " W ": the guest booted to its shell, and powered off", v("up") == 1 && is("qemu", 0))
	check(L ", " W ": its clock events are the local APIC's TSC deadline (" figure("clock_events") ")",
	      figure("clock_events") == "lapic-deadline")
	check(L ", " W ": " sleeps " sleeps, " figure("short") " short, " figure("lost") " lost",
	      v("count") == sleeps && is("short", 0) && is("lost", 0))
	check(L ", " W ": the commands typed at its shell ended with status " figure("status"), is("status", 0))
}

# Checks a workload that the guest ran as an L1.
function l2(workload)
{
	W = "l2-" workload
	check(L ", L2, " workload ": " figure("done") " of " figure("count") " done, " figure("early") " early, " \
	      figure("lost") " lost", figure("end") == "done" && v("count") > 0 && v("done") == v("count") &&
	      is("early", 0) && is("lost", 0) && is("stray", 0))
}

END {
	format = "%-9s %-7s %8s %7s %6s %5s %9s %8s %9s %9s %7s %12s\n"
	printf format, "", "", "emulated", "", "", "", "late us,", "late us,", "deadline", "soft-", "timer", "pin-control"
	printf format, "", "", "seconds", "sleeps", "short", "lost", "mean", "max", "entries", "disables", "exits", "writes"
	row("stock", "sleeps")
	row("always-on", "sleeps")
	row("off", "sleeps")
	row("l1", "nested")

	guest("stock", "sleeps", 300)
	guest("always-on", "sleeps", 300)
	check("always-on: KVM used the hv timer: " figure("deadline_entries") " entries with a deadline, " \
	      figure("soft_disables") " soft-disables, " figure("timer_exits") " timer exits",
	      v("deadline_entries") >= 300 && v("soft_disables") > 0 && v("timer_exits") > 0)
	check("always-on: no spurious exit", is("spurious_exits", 0))
	guest("off", "sleeps", 300)
	check("off: KVM did not use the hv timer: no entry with a deadline, no soft-disable, no timer exit",
	      is("deadline_entries", 0) && is("soft_disables", 0) && is("timer_exits", 0))
	guest("l1", "nested", 100)
	l2("timer-spin")
	l2("cpuid")
	W = "nested"
	check("l1: L2 was entered " figure("vmcs02_entries") " times, at least 2,300", v("vmcs02_entries") >= 2300)
	check("l1: each entry of vmcs01 and of vmcs02 had the timer's bit",
	      v("vmcs01_entries") > 0 && v("vmcs01_timer_bit_entries") == v("vmcs01_entries") &&
	      v("vmcs02_timer_bit_entries") == v("vmcs02_entries"))
	check("l1: pin controls of vmcs01 written " figure("vmcs01_pin_control_writes") " times after its first entry, which must be 0",
	      is("vmcs01_pin_control_writes", 0))
	check("l1: pin controls of vmcs02 written " figure("vmcs02_pin_control_writes") " times after its first entry, which must be 0",
	      is("vmcs02_pin_control_writes", 0))
	check("l1: pin controls of VMCSs that were not entered yet written " figure("new_pin_control_writes") \
	      " times, at least once", v("new_pin_control_writes") >= 1)
}
