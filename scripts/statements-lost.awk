# SPDX-License-Identifier: GPL-2.0-only
# What semantic patches do not know, behind statements.awk. PATTERNS is what
# statements-patterns.awk prints.
#
# -v mode=lost PATTERNS OLD NEW: the statements of OLD that NEW does not have, and that
#	no semantic patch names among what it takes away.
# -v mode=unknown -v part=PART -v functions="A B" PATTERNS SOURCE: the first statement
#	in one of these functions that no form of this part knows, behind the first one
#	that it does know.
# Prints: line, function, text (tab-separated).

function read_patterns(name,    line, field)
{
	patterns = 0
	while ((getline line <name) > 0) {
		split(line, field, "\t")
		patterns++
		part_of[patterns] = field[1]
		minus[patterns] = field[2]
		regex[patterns] = field[3]
	}
	close(name)
}

function lost(    old, i, j, named)
{
	read_source(ARGV[3])
	for (i = 1; i <= n; i++)
		there[key_of[i]]++
	read_source(ARGV[2])
	for (i = 1; i <= n; i++) {
		if (there[key_of[i]]-- > 0)
			continue
		named = 0
		for (j = 1; j <= patterns && !named; j++)
			named = minus[j] && key_of[i] ~ regex[j]
		if (!named)
			print line_of[i] "\t" in_of[i] "\t" around(text_of[i], "")
	}
}

function unknown(    i, j, k, m, list, begun, known, first)
{
	m = split(functions, list, " ")
	read_source(ARGV[2])
	for (k = 1; k <= m; k++) {
		begun = 0
		for (i = 1; i <= n; i++) {
			if (in_of[i] != list[k])
				continue
			if (!first)
				first = i
			# The function's own head.
			if (in_of[i - 1] != in_of[i])
				continue
			known = 0
			for (j = 1; j <= patterns; j++)
				if (part_of[j] == part && key_of[i] ~ regex[j]) {
					known = 1
					begun = begun || minus[j]
				}
			if (begun && !known) {
				print line_of[i] "\t" in_of[i] "\t" around(text_of[i], "")
				return
			}
		}
	}
	if (first)
		print line_of[first] "\t" in_of[first] "\t"
}

BEGIN {
	read_patterns(ARGV[1])
	if (mode == "lost")
		lost()
	else
		unknown()
}
