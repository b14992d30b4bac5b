# SPDX-License-Identifier: GPL-2.0-only
#
# Reads the output of jobs/steps and of the guests, for the awk files that judge it. These set L,
# the label of a load step, and W, a workload, and then use v(), has(), is() and check(). A stray
# timer is one that was taken, but never set.

BEGIN {
	label = "none"
}

{
	sub(/\r$/, "")
}

/^@ load / {
	label = $3
	module[label] = $0
	next
}

/^@ parameter preemption_timer=/ {
	sub(/.*=/, "")
	parameter[label] = $0
	next
}

/^@ log / {
	sub(/^@ log /, "")
	log_line[label] = log_line[label] (log_line[label] == "" ? "" : "\n") $0
	next
}

/^@ state / {
	state[label] = $3
	next
}

/^@msr / {
	msrs[label] = msrs[label] $2 "=" $3 " "
	next
}

/^@ workload=/ {
	workload = $2
	sub(/^workload=/, "", workload)
	for (i = 3; i <= NF; i++)
		if (split($i, pair, "=") == 2)
			value[label, workload, pair[1]] = pair[2]
	next
}

/^@ trace / {
	if (split($4, pair, "=") == 2)
		value[label, $3, "trace_" pair[1]] = pair[2]
	next
}

# Returns how many forced exits of a run may be missing. KVM before 5.8 or so (-v forgets=y) forgets
# one when it cancels the VM entry because the host wants to schedule. The stock modules of 4.19 and
# 5.4 were seen to forget one in 1,000.
function forgotten()
{
	return W == "nested-force" && forgets ? v("count") / 100 : 0
}

# Returns how many timers the guest of workload W sets at least. A guest that reports fewer has
# failed. timer-seq cancels some, nested-pin sets one now and then.
function timers_wanted()
{
	if (W ~ /timer-(spin|halt|far)$/ || W ~ /(ptimer|idle-timer)$/)
		return v("count")
	if (W == "timer-seq")
		return v("count") / 2
	if (W == "nested-pin")
		return v("count") / 10
	return 0
}

# Returns a figure of L and W, or "-" if it is missing.
function figure(name)
{
	return (L, W, name) in value ? value[L, W, name] : "-"
}

# Returns whether the figure is there, and a number.
function has(name)
{
	return figure(name) ~ /^[0-9]+$/
}

# Returns a figure as a number. A missing one fails the check that uses it.
function v(name)
{
	if (!has(name)) {
		absent = absent " " name
		return 0
	}
	return value[L, W, name] + 0
}

# Returns whether the figure is there, and is that number.
function is(name, wanted)
{
	return has(name) && v(name) == wanted + 0
}

# Print "ok ..." or "not ok ...". A missing figure is a failure, whatever good says.
function check(text, good)
{
	if (absent != "")
		text = text " (missing:" absent ")"
	print (good && absent == "" ? "ok " : "not ok ") text
	absent = ""
}
