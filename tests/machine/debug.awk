# SPDX-License-Identifier: GPL-2.0-only
#
# For `make debug-host`, after figures.awk. Checks that each of the kernel's -v selftests="NAME ..."
# passed, or skipped itself, without a report, and that each guest of -v guests="LABEL:WORKLOAD ..."
# ended with all its timers. nested-pin gives up a timer that is as late as a few exits of such a
# kernel take, so of that guest only the end is checked.

/^@ result / {
	status[$4] = $5
	seconds[$4] = $6
	reports[$4] = $7
	passes += $5 == 0
	why[$4] = ""
	for (i = 8; i <= NF; i++)
		why[$4] = why[$4] " " $i
}

END {
	n = split(selftests, names, " ")
	for (i = 1; i <= n; i++) {
		test = names[i]
		said = test in status ? status[test] : "none"
		if (said == "4" && reports[test] == "0")
			print "skip " test ": it skips itself:" why[test]
		else
			check(test ": passes without a report (status " said ", " reports[test] " lines, " seconds[test] \
			      " emulated s)", said == "0" && reports[test] == "0")
	}
	if (n)
		check("of " n " selftests more than half ran: " passes + 0, passes > n / 2)

	n = split(guests, names, " ")
	for (i = 1; i <= n; i++) {
		split(names[i], name, ":")
		L = name[1]
		W = name[2]
		ended = figure("end") == "done" && v("done") == v("count") && !v("unexpected")
		if (W == "nested-pin")
			check(L ", " W ": finished, " figure("done") " times", ended)
		else
			check(L ", " W ": finished, " figure("taken") " of " figure("timers") \
			      " timers taken, none lost, early or stray",
			      ended && v("timers") == v("taken") + v("cancelled") && !v("lost") && !v("early") && !v("stray"))
	}
}
