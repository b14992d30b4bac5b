# SPDX-License-Identifier: GPL-2.0-only
# Compares what was declared (the first file, "suite NAME" or "case NAME" on a line each) with the
# KTAP of the run (the second), and prints a verdict for each. Ends with 2 if no case ran at all. A
# missing line is a failure. UML drops console lines that nobody reads in time, but suites that pass
# print too little for that.

BEGIN {
	word["passed"] = "ok "
	word["skipped"] = "skip "
	word["failed"] = word[""] = "not ok "
}
NR == FNR {
	if ($1 == "case")
		cases[++ncases] = $2
	else
		suites[++nsuites] = $2
	next
}
{
	sub(/\r$/, "")
	sub(/^\[ *[0-9]+\.[0-9]+\] /, "")
	gsub(/\t/, "    ")
}
/^(    )?(not )?ok [0-9]+ / {
	depth = /^ /
	skip = / # SKIP/
	bad = /^ *not ok/
	line = $0
	sub(/^ *(not )?ok [0-9]+ (- )?/, "", line)
	sub(/ *#.*/, "", line)
	seen[depth, line] = bad ? "failed" : skip ? "skipped" : "passed"
	ran += depth
	if (depth)
		bads += bad
	else if (bad && !bads)
		empty[line] = 1
	if (!depth)
		bads = 0
}
END {
	if (!ran)
		exit 2
	for (i = 1; i <= ncases; i++) {
		what = seen[1, cases[i]]
		print word[what] cases[i] (what == "" ? ": it did not run" : "")
	}
	for (i = 1; i <= nsuites; i++) {
		what = seen[0, suites[i]]
		why = what == "" ? ": it did not end" : ""
		if (suites[i] in empty)
			why = ": none of its cases failed"
		print word[what] "suite " suites[i] why
	}
	if (ran != ncases)
		printf "not ok %d cases ran, %d are declared\n", ran, ncases
}
