# SPDX-License-Identifier: GPL-2.0-only
# Judges what jobs/estimate prints: each estimate against the module's counters. Only the first
# module has counters. An estimate on another module is judged by what the first one counted in the
# same workload.

# Checks that an estimate is within a tenth of what was counted.
function judge(module, workload, what, wanted, found,    off)
{
	off = found - wanted
	if (off < 0)
		off = -off
	# 5 more or less are allowed: setting up a vCPU writes the controls, too.
	printf("%sok %s, %s: %s: %d estimated, %d counted\n",
	       found != "" && (off <= wanted / 10 || off <= 5) ? "" : "not ", module, workload, what, found, wanted)
}

/^@ (estimate|cost) / {
	module = $3
	workload = $4
	delete field
	for (i = 5; i <= NF; i++) {
		split($i, pair, "=")
		field[pair[1]] = pair[2]
	}
}

/^@ estimate / {
	if (first == "")
		first = module
	if (module == first) {
		writes[workload] = field["writes"]
		dirty[workload] = field["dirty"]
	}
	if (workload == "timer-far") {
		# This CPU model has EMR158, and each of the 20 deadlines is beyond the cap.
		printf("%sok %s, %s: %s deadlines beyond the cap, %s not judged\n",
		       field["far"] == 20 && field["not_judged"] == 0 ? "" : "not ", module, workload, field["far"],
		       field["not_judged"])
		next
	}
	judge(module, workload, "writes of the pin controls", writes[workload], field["estimated_writes"])
	judge(module, workload, "entries that they dirty", dirty[workload], field["estimated_dirty"])
	printf("# | %s | %s | %s | %s | %s | %s | %s |\n", module, workload, writes[workload],
	       field["estimated_writes"], dirty[workload], field["estimated_dirty"], field["all_dirty"])
}

/^@ cost / {
	printf("# %s, %s: %s instructions a round trip, %s while counting\n", module, workload, field["without"], field["with"])
}
