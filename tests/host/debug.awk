# SPDX-License-Identifier: GPL-2.0-only
#
# For `make debug-host`, after figures.awk: whether each guest of -v guests="LABEL:WORKLOAD ..." came to its end with all
# its timers. nested-pin gives up a timer that is late by what is a few exits of such a kernel: that it ends is all that
# can be asked of it.

END {
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
			      " timers taken, none lost, early or out of nowhere",
			      ended && v("timers") == v("taken") + v("cancelled") && !v("lost") && !v("early") && !v("stray"))
	}
}
