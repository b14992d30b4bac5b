# SPDX-License-Identifier: GPL-2.0-only
#
# For `make debug-host`, after figures.awk: whether each guest of -v guests="LABEL:WORKLOAD ..." came to its end with all
# its timers.

END {
	n = split(guests, names, " ")
	for (i = 1; i <= n; i++) {
		split(names[i], name, ":")
		L = name[1]
		W = name[2]
		check(L ", " W ": finished, " figure("taken") " of " figure("timers") " timers taken, none lost, early or out of nowhere",
		      figure("end") == "done" && v("done") == v("count") && v("timers") == v("taken") + v("cancelled") &&
		      !v("lost") && !v("early") && !v("stray") && !v("unexpected"))
	}
}
