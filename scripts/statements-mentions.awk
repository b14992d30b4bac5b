# SPDX-License-Identifier: GPL-2.0-only
# Mentions of the words of a table, behind statements.awk.
#
# -v mode=mentions TABLE SOURCE: those that the table does not know: line, function,
#	text (tab-separated).
# -v mode=needs TABLE SOURCE: the known ones that need another one ("needs", word, function),
#	and what there is ("has", word, function).

function mentions(    i, j, m, line, field, word, where, form, needs, words, known, rest, found, others)
{
	while ((getline line <ARGV[1]) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/)
			continue
		m++
		split(line, field, /\t+/)
		word[m] = field[1]
		watched = watched (m > 1 ? "|" : "") word[m]
		where[m] = "^(" field[2] ")$"
		form[m] = field[3]
		needs[m] = field[4]
		sub(/^needs /, "", needs[m])
		gsub(/WORD/, word[m], form[m])
		words[word[m]] = 1
	}
	close(ARGV[1])
	read_source(ARGV[2])
	for (i = 1; i <= n; i++) {
		rest = text_of[i]
		while (match(rest, /[A-Za-z_][A-Za-z0-9_]*/)) {
			found = substr(rest, RSTART, RLENGTH)
			rest = substr(rest, RSTART + RLENGTH)
			if (!(found in words))
				continue
			known = 0
			for (j = 1; j <= m && !known; j++)
				if (word[j] == found && in_of[i] ~ where[j] && key_of[i] ~ form[j]) {
					# Another mention of it in the same statement is not known by that.
					others = key_of[i]
					gsub(form[j], "", others)
					if (others !~ "(^|[^A-Za-z0-9_])" found "($|[^A-Za-z0-9_])")
						known = j
				}
			if (mode == "needs") {
				print "has\t" found "\t" in_of[i]
				if (known && needs[known] != "")
					print "needs\t" found "\t" needs[known]
			} else if (!known) {
				print mark_of[i] "\t" in_of[i] "\t" around(text_of[i], found)
				break
			}
		}
	}
}

BEGIN {
	mentions()
}
