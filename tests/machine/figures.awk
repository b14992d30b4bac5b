# SPDX-License-Identifier: GPL-2.0-only
#
# Reads what jobs/steps and the guests print, for the files that judge it. They set L, the label of a load of the
# module, and W, a workload, and then use v(), has(), is() and check().

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

# How many of the forced exits of a run may be missing. KVM before 5.8 or so (-v forgets=y) forgets that it wanted one when
# the entry is cancelled at the last moment, because the host is to schedule: seen once in 1,000 with the stock modules of
# 4.19 and 5.4.
function forgotten()
{
	return W == "nested-force" && forgets ? v("count") / 100 : 0
}

# How many timers the guest of a workload sets at least; 0 where it sets none. timer-seq cancels some, nested-pin sets one now
# and then. Which those are is known by name: a guest that says that it has set none has failed.
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

# A figure of L and W, "-" where it is not there.
function figure(name)
{
	return (L, W, name) in value ? value[L, W, name] : "-"
}

# The figure is there, and a number.
function has(name)
{
	return figure(name) ~ /^[0-9]+$/
}

# A figure as a number. One that is missing fails the check that it is used in.
function v(name)
{
	if (!has(name)) {
		absent = absent " " name
		return 0
	}
	return value[L, W, name] + 0
}

function is(name, wanted)
{
	return has(name) && v(name) == wanted + 0
}

# One line "ok ..." or "not ok ...". A figure that is missing is a failure, whatever good says.
function check(text, good)
{
	if (absent != "")
		text = text " (missing:" absent ")"
	print (good && absent == "" ? "ok " : "not ok ") text
	absent = ""
}
