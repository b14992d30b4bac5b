# SPDX-License-Identifier: GPL-2.0-only
#
# For `make compare`, after figures.awk: prints what the variants write as a table, and judges it.
#
#	-v workloads="..."	the workloads, in the table's order
#	-v variants="..."	the variants
#	-v toggling=VARIANT	the variant that toggles
#	-v shape=SHAPE		the shape of the modules' source
#	-v forgets=y		as in figures.awk
#	-v json=FILE		write the figures to FILE as JSON, too

BEGIN {
	n = split(workloads, order, " ")
	variants = split(variants, variant, " ")
}

# Returns events per 1,000 entries of a VMCS, or "-" if it was not entered.
function per_thousand(vmcs, name)
{
	if (!has(vmcs "_entries") || !v(vmcs "_entries") || !has(vmcs "_" name))
		return "-"
	return sprintf("%.1f", 1000 * v(vmcs "_" name) / v(vmcs "_entries"))
}

# Prints a line for each workload and variant.
function table(    i, j, row)
{
	row = "%-18s %-9s | %9s %9s %9s %9s | %9s %9s %9s %9s\n"
	printf row, "", "", "vmcs01", "pin ctrl", "dirty", "timer", "vmcs02", "pin ctrl", "dirty", "timer"
	printf row, "workload", "variant", "entries", "writes", "entries", "values", "entries", "writes", "entries", "values"
	printf row, "", "", "", "per 1,000", "per 1,000", "per 1,000", "", "per 1,000", "per 1,000", "per 1,000"
	for (i = 1; i <= n; i++)
		for (j = 1; j <= variants; j++) {
			W = order[i]
			L = variant[j]
			printf row, (j == 1 ? W : ""), L,
			       figure("vmcs01_entries"), per_thousand("vmcs01", "pin_control_writes"),
			       per_thousand("vmcs01", "dirty_entries"), per_thousand("vmcs01", "timer_value_writes"),
			       figure("vmcs02_entries"), per_thousand("vmcs02", "pin_control_writes"),
			       per_thousand("vmcs02", "dirty_entries"), per_thousand("vmcs02", "timer_value_writes")
		}
}

# Writes all figures to the file of -v json=.
function write_json(    i, j, key, part, first, figures)
{
	printf "{\n  \"note\": \"counts of events in an emulated machine; nothing here is a time\",\n" >json
	printf "  \"variants\": {" >json
	for (j = 1; j <= variants; j++) {
		printf "%s\n    \"%s\": {", (j > 1 ? "," : ""), variant[j] >json
		for (i = 1; i <= n; i++) {
			printf "%s\n      \"%s\": {", (i > 1 ? "," : ""), order[i] >json
			first = 1
			for (key in value) {
				split(key, part, SUBSEP)
				if (part[1] != variant[j] || part[2] != order[i] || value[key] !~ /^[0-9]+$/)
					continue
				printf "%s\"%s\": %s", (first ? "" : ", "), part[3], value[key] >json
				first = 0
			}
			printf "}" >json
		}
		printf "\n    }" >json
	}
	printf "\n  }\n}\n" >json
	close(json)
}

# The checks that are the same for all variants: the guest ran, and no timer was lost.
function sound(    text)
{
	text = L " " W ": "
	check(text "finished, " figure("count") " times", figure("end") == "done" && v("done") == v("count"))
	if (timers_wanted())
		check(text "timers: " figure("taken") " of " figure("timers") " taken, " figure("early") " early, " \
		      figure("lost") " lost, " figure("stray") " stray",
		      v("timers") >= timers_wanted() && v("taken") + v("cancelled_or_none") == v("timers") && !v("early") && !v("lost") && !v("stray"))
	if (W ~ /^nested-/)
		check(text figure("unexpected") " exits reached L1 that it did not ask for, at most " forgotten(),
		      v("unexpected") <= forgotten())
}

# Judges workload W on variant L.
function judge(    timers, writes, entries)
{
	value[L, W, "cancelled_or_none"] = has("cancelled") ? v("cancelled") : 0
	sound()
	if (L != toggling) {
		check(L " " W ": no write of the pin controls of vmcs01 once it was entered",
		      v("vmcs01_entries") > 0 && v("vmcs01_pin_control_writes") == 0)
		if (W ~ /^nested-/ && W != "nested-pin")
			check(L " " W ": no write of the pin controls of vmcs02 once it is warm",
			      v("vmcs02_entries") > 0 && v("vmcs02_pin_control_writes") == 0)
		return
	}
	timers = v("timers")
	writes = v("vmcs01_pin_control_writes")
	entries = v("vmcs02_entries")
	if (W ~ /^timer-(spin|halt)$/)
		check(L " " W ": pin controls written " writes " times for " timers " timers, which must be 2 for each",
		      timers > 0 && writes >= 2 * timers - 2 && writes <= 2 * timers + 2)
	if (W == "nested-cpuid-timer") {
		# Before 4.19 one of the two writes is at nested exit, in vmcs01. L1 enters L2 count
		# times, of which the first ten are not counted. L0 enters vmcs02 more often,
		# because it is interrupted.
		writes = v("vmcs02_pin_control_writes") + (shape == "toggles-early" ? v("vmcs01_pin_control_writes") : 0)
		check(L " " W ": pin controls written " writes " times for " v("count") \
		      " nested entries with a deadline in L1, which must be 2 for each but the first ten",
		      entries > 0 && writes >= 2 * (v("count") - 10) && writes <= 2 * v("count"))
	}
	if (L == "toggle")
		check(L " " W ": the log says that this module is for measuring",
		      log_line[L] ~ /for measuring only/)
}

END {
	table()
	print ""
	if (json != "")
		write_json()
	for (k = 1; k <= n; k++)
		for (a = 1; a <= variants; a++) {
			W = order[k]
			L = variant[a]
			judge()
		}

	# From 4.19 to 5.2 KVM forces exits by the timer even with preemption_timer=0; before 4.19
	# it never does.
	if (shape == "toggles-early")
		exit
	L = toggling "-off"
	W = "nested-force"
	check(L " " W ": " figure("vmcs02_timer_exits") " of " figure("vmcs02_entries") \
	      " nested entries ended by the timer, with preemption_timer=0",
	      parameter[L] == "N" && v("vmcs02_timer_exits") >= 0.9 * v("count"))
}
