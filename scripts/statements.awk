# SPDX-License-Identifier: GPL-2.0-only
# C source as a row of statements, each with its line and the function that it is in.
# Comments have to be gone already: see stripped() of gaps.sh. What is parted here at
# ; { and } has no layout any more, so that it can be compared.
# What asks for them is in the files statements-*.awk, each of which is run behind this one:
#
#	awk -f statements.awk -f statements-lost.awk ...

# Takes what was gathered as a statement, ended by END.
function statement(end,    text, name)
{
	text = gathered
	gathered = ""
	gsub(/[ \t]+/, " ", text)
	sub(/^ /, "", text)
	if (text != "" && text != " ") {
		if (depth == 0 && end == "{") {
			name = text
			if (name ~ /^(struct|union|enum) [A-Za-z0-9_]+ ?$/)
				sub(/ $/, "", name)
			else if (name ~ /=/) {
				sub(/[ []*[^ []*\].*=.*|[ ]*(__[a-z_]+ )*=.*/, "", name)
				sub(/.*[ *]/, "", name)
			} else {
				sub(/ ?\(.*/, "", name)
				sub(/.*[ *]/, "", name)
			}
			inside = name
		}
		keep(text, started, inside)
	}
	if (end == "{")
		depth++
	else if (end == "}" && depth > 0 && --depth == 0)
		inside = "-"
}

function keep(text, line, name,    key)
{
	key = text
	gsub(/[ \t]/, "", key)
	n++
	key_of[n] = key
	text_of[n] = text
	line_of[n] = line
	in_of[n] = name
	mark_of[n] = mark ? mark : line
	mark = 0
}

# Adds a line of source to what is being gathered.
function gather(line, number,    at, c)
{
	while (match(line, /[;{}]/)) {
		at = RSTART
		c = substr(line, at, 1)
		if (gathered ~ /^[ \t]*$/) {
			gathered = ""
			started = number
		}
		watch(substr(line, 1, at - 1), number)
		gathered = gathered substr(line, 1, at - 1) " "
		statement(c)
		line = substr(line, at + 1)
	}
	if (line !~ /^[ \t]*$/) {
		if (gathered ~ /^[ \t]*$/) {
			gathered = ""
			started = number
		}
		watch(line, number)
		gathered = gathered line " "
	}
}

# Marks the line that a mention is in, for a statement may be long.
function watch(line, number)
{
	if (watched != "" && !mark && line ~ watched)
		mark = number
}

# Reads a stripped source: n statements from 1 on.
function read_source(name,    line, number, macro)
{
	n = depth = number = 0
	inside = "-"
	gathered = ""
	while ((getline line <name) > 0) {
		if (line ~ /^# [0-9]+ "/) {
			number = line
			sub(/^# /, "", number)
			number = number - 1
			continue
		}
		number++
		if (line ~ /^[ \t]*#/ || macro != "") {
			if (macro == "") {
				macro_line = number
				macro_in = inside
				if (line ~ /^[ \t]*#[ \t]*define/) {
					macro_in = line
					sub(/^[ \t]*#[ \t]*define[ \t]*/, "", macro_in)
					sub(/[^A-Za-z0-9_].*/, "", macro_in)
					macro_in = "#" macro_in
				}
			}
			macro = macro " " line
			if (line ~ /\\$/) {
				sub(/\\$/, "", macro)
				continue
			}
			gsub(/[ \t]+/, " ", macro)
			sub(/^ /, "", macro)
			keep(macro, macro_line, macro_in)
			macro = ""
			continue
		}
		gather(line, number)
		# #else may have a second opening brace.
		if (line ~ /^}/) {
			depth = 0
			inside = "-"
		}
	}
	statement(";")
	close(name)
}

# A long statement, shortened.
function around(text, word,    at)
{
	at = word == "" ? 1 : index(text, word) - 40
	if (at < 1)
		at = 1
	return (at > 1 ? "..." : "") substr(text, at, 100) (length(text) >= at + 100 ? "..." : "")
}
