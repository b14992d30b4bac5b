# SPDX-License-Identifier: GPL-2.0-only
# sentences: prints each sentence of Markdown or man page FILE... that has more than 35 words,
# with file and line. A code span is one word. Code blocks and headings are left out. Each cell of
# a table and each item of a list is a text of its own.
#
#	awk -f tests/sentences.awk FILE...

BEGIN {
	most = 35
}

function say()
{
	if (count > most)
		printf "%s:%d: a sentence of %d words: %s ...\n", file, line, count, start
	count = 0
	start = ""
}

# Add text to the current sentence, and call say() at each end of a sentence.
function read(text,    i, n, word)
{
	gsub(/`[^`]*`/, "CODE", text)
	gsub(/\]\([^)]*\)/, "]", text)
	gsub(/\*\*/, "", text)
	n = split(text, word, " ")
	for (i = 1; i <= n; i++) {
		if (!count) {
			line = FNR
			file = FILENAME
		}
		if (word[i] !~ /[[:alnum:]]/)
			continue
		if (count++ < 6)
			start = start (start == "" ? "" : " ") word[i]
		if (word[i] ~ /[.!?][])"]*$/)
			say()
	}
}

FNR == 1 {
	say()
	code = 0
	man = FILENAME ~ /\.[0-9]$/
}

man && /^\.\\"/ {
	next
}

man && /^\.(TH|SH|SS|TP|PP|br|RS|RE|IP)/ {
	say()
	next
}

man {
	sub(/^\.[A-Z]+ /, "")
	gsub(/\\f[A-Z]|\\/, "")
	read($0)
	next
}

/^ *```/ {
	say()
	code = !code
	next
}

code || /^(    |\t)/ && (blank || block) {
	block = !code
	next
}

/^#/ || /^ *$/ {
	say()
	blank = /^ *$/
	block = 0
	next
}

{
	blank = block = 0
}

/^\|/ {
	say()
	n = split($0, cell, "|")
	for (c = 1; c <= n; c++) {
		read(cell[c])
		say()
	}
	next
}

/^ *([-*]|[0-9]+\.) / {
	say()
}

{
	read($0)
}

END {
	say()
}
