# SPDX-License-Identifier: GPL-2.0-only
#
# Reads a console of the test host, prints the workloads' figures as a table and judges them, one line "ok ..." or
# "not ok ..." per check. Which workloads must be there comes from outside: -v workloads="cpuid pio ...".
#
# A figure that is missing fails its check: the stock module, which has no counters, fails all that need them.

# Lateness, from the deadline to the first instruction of the guest's handler, is the length of KVM's path from exit to
# entry. Seen with Debian's stock 6.1 module on a 100 MHz TSC, 2,000 timers, in ticks:
#	spinning	min 1,772	median 2,128	mean 2,045	max 11,289
#	halted		min 6,376	median 6,516	mean 6,751	max 9,930
# The bounds leave room for other kernels' paths: 2.5 and 3 times the mean. A value that is five in a hundred too large
# gave a mean of 6,458 ticks in the spinning guest.
BEGIN {
	mean_bound["timer-spin"] = 5000
	mean_bound["timer-halt"] = 20000
	n = split(workloads, order, " ")
}

function figure(workload, name)
{
	return (workload, name) in value ? value[workload, name] : "-"
}

function check(workload, text, good)
{
	print (good ? "ok " : "not ok ") workload ": " text
}

# The figure is there, and a number.
function has(workload, name)
{
	return figure(workload, name) ~ /^[0-9]+$/
}

function is(workload, name, wanted)
{
	return has(workload, name) && figure(workload, name) + 0 == wanted + 0
}

{
	sub(/\r$/, "")
}

/^@ workload=/ {
	sub(/^@ workload=/, "")
	workload = $1
	for (i = 2; i <= NF; i++)
		if (split($i, pair, "=") == 2)
			value[workload, pair[1]] = pair[2]
}

function table(    i, w)
{
	row = "%-12s %7s %7s %7s %6s %6s %10s %12s %12s %9s\n"
	printf row, "", "", "", "", "", "", "mean", "pin-control", "timer-value", "spurious"
	printf row, "workload", "exits", "timers", "taken", "early", "lost", "lateness", "writes", "writes", "exits"
	for (i = 1; i <= n; i++) {
		w = order[i]
		printf row, w, figure(w, "exits"), figure(w, "timers"), figure(w, "taken"), figure(w, "early"),
		       figure(w, "lost"), figure(w, "late_mean"), figure(w, "pin_control_writes"),
		       figure(w, "timer_value_writes"), figure(w, "spurious_exits")
	}
}

function judge(w,    count, deadlines, forced, disables)
{
	count = figure(w, "count")
	check(w, "finished, " count " times",
	      figure(w, "end") == "done" && has(w, "count") && is(w, "done", count) && figure(w, "exits") + 0 >= count + 0)

	if (w in mean_bound) {
		check(w, "all timers taken, none lost, none early, none out of nowhere",
		      is(w, "timers", count) && is(w, "taken", count) && is(w, "lost", 0) && is(w, "early", 0) &&
		      is(w, "stray", 0))
		check(w, "lateness " figure(w, "late_mean") " ticks in the mean, at most " mean_bound[w],
		      has(w, "late_mean") && figure(w, "taken") + 0 > 0 && figure(w, "late_mean") + 0 <= mean_bound[w])
	}

	# At set-up at least once, or it is the counter that is dead.
	check(w, "pin controls written " figure(w, "setup_pin_control_writes") " times at set-up, " \
	      figure(w, "pin_control_writes") " times after that, which must be 0",
	      figure(w, "setup_pin_control_writes") + 0 >= 1 && is(w, "pin_control_writes", 0))

	# Soft-disabled once for the new VMCS, and once more only after another value was written.
	deadlines = figure(w, "deadline_entries") + 0
	forced = figure(w, "forced_exits") + 0
	disables = figure(w, "soft_disables") + 0
	check(w, "soft-disabled " figure(w, "soft_disables") " times, at least 1, at most 1 + " deadlines \
	      " deadlines + " forced " forced exits",
	      has(w, "soft_disables") && has(w, "deadline_entries") && has(w, "forced_exits") &&
	      disables >= 1 && disables <= 1 + deadlines + forced)
	if (w == "timer-spin")
		check(w, "entered with a deadline " deadlines " times, at least once for each timer",
		      has(w, "deadline_entries") && deadlines >= count + 0)
	if (!(w in mean_bound))
		check(w, "entered with a deadline " deadlines " times, which must be 0", is(w, "deadline_entries", 0))

	check(w, "no spurious exit", is(w, "spurious_exits", 0))
}

END {
	table()
	print ""
	for (k = 1; k <= n; k++)
		judge(order[k])
}
