# SPDX-License-Identifier: GPL-2.0-only
#
# Prints the table of one CPU model, and appends a verdict for each test to the file -v verdicts=. Reads the known ones (NAME
# REASON), the results ("result VARIANT NAME STATUS SECONDS WARNINGS REASON"), and the names that must be there.

function word(status)
{
	if (status == 0)
		return "PASS"
	if (status == 4)
		return "SKIP"
	if (status == "froze")
		return "FROZE"
	if (status == 137)
		return "TIMEOUT"
	return "FAIL(" status ")"
}

# A selftest that was not run has no result.
function on(variant)
{
	return (variant, test) in result ? result[variant, test] : "-"
}

function verdict(text)
{
	print text >> verdicts
}

FILENAME ~ /known.txt$/ {
	known[$1] = substr($0, length($1) + 2)
	next
}

FILENAME ~ /results.txt$/ {
	result[$2, $3] = word($4) ($6 > 0 ? "+WARN" : "")
	seconds[$2, $3] = $5
	reason[$3] = ""
	for (i = 7; i <= NF; i++)
		reason[$3] = reason[$3] " " $i
	next
}

FNR == 1 {
	print "model " model "; the emulated machine's own seconds"
	format = "%-40s %-10s %-10s %-10s %8s %8s %8s\n"
	printf format, "test", "stock", "always-on", "off", "stock s", "always-on s", "off s"
}

{
	test = $1
	stock = on("stock")
	ours = on("always-on")
	off = on("off")
	printf format, test, stock, ours, off, seconds["stock", test], seconds["always-on", test], seconds["off", test]
	name = test " (" model ")"
	said = ": stock " stock ", always-on " ours ", off " off
	if (test in known)
		verdict("skip " name ": not run here: " known[test])
	else if (stock == "SKIP" && ours == "SKIP" && off == "SKIP")
		verdict("skip " name ": it skips itself on all three:" reason[test])
	else if (stock == "PASS" || stock == "SKIP")
		verdict((stock == ours && stock == off ? "ok " : "not ok ") name said)
	else if (stock != "-")
		verdict("skip " name said ": not judged, as it does not pass on the distribution's module")
	# Without any result nothing is printed here, and the plan fails.
}
