# SPDX-License-Identifier: GPL-2.0-only
# statements-patterns.awk COCCI...: the statements that semantic patches spell out, one a
# line: PART, whether it is taken away (1 or 0), regular expression (tab-separated). A
# metavariable becomes what it may stand for. A statement that is an expression only,
# without its semicolon, may stand inside another one. Runs by itself.

function escape(text)
{
	gsub(/[][\\.^$*+?(){}|\/]/, "\\\\&", text)
	return text
}

# Declares metavariables: KIND NAME, NAME = { A, B }, ...;
function declare(text,    kind, list, m, i, name, set)
{
	gsub(/[ \t\n]+/, " ", text)
	sub(/^ /, "", text)
	kind = text
	sub(/ .*/, "", kind)
	if (kind == "symbol" || kind == "position" || kind == "virtual")
		return
	sub(/^assignment operator /, "operator ", text)
	kind = text
	sub(/ .*/, "", kind)
	sub(/^[a-z]+ (list )?/, "", text)
	set = ""
	if (match(text, /!?= ?\{[^}]*\}/)) {
		set = substr(text, RSTART, RLENGTH)
		text = substr(text, 1, RSTART - 1)
		if (set ~ /^!/)
			set = ""
		gsub(/[={} ]/, "", set)
		gsub(/,/, "|", set)
	}
	m = split(text, list, /,/)
	for (i = 1; i <= m; i++) {
		name = list[i]
		gsub(/ /, "", name)
		sub(/.*\./, "", name)
		sub(/;.*/, "", name)
		if (name == "")
			continue
		if (set != "")
			wild[name] = "(" set ")"
		else if (kind == "type")
			wild[name] = "[A-Za-z0-9_*]+"
		else if (kind == "identifier" || kind == "idexpression")
			wild[name] = "[A-Za-z0-9_]+"
		else if (kind == "operator")
			wild[name] = "[-+|&^*/<>%]*="
		else
			wild[name] = "[A-Za-z0-9_.>*&-]+"
	}
}

# A statement of a semantic patch as a regular expression.
function pattern_of(text,    out, word)
{
	out = ""
	while (match(text, /[A-Za-z_][A-Za-z0-9_]*/)) {
		out = out escape(substr(text, 1, RSTART - 1))
		word = substr(text, RSTART, RLENGTH)
		out = out (word in wild ? wild[word] : word)
		text = substr(text, RSTART + RLENGTH)
	}
	out = out escape(text)
	gsub(/[ \t]/, "", out)
	gsub(/\\\.\\\.\\\./, ".*", out)
	return out
}

function pattern(whole)
{
	if (said !~ /^[ \t.]*$/) {
		sub(/__.*/, "", rule)
		out = pattern_of(said)
		print rule "\t" taken "\t" (whole ? "^" out "$" : out)
	}
	said = ""
	taken = 0
}

function body(line,    mark, c)
{
	mark = substr(line, 1, 1)
	if (mark == "+" || line ~ /^\/\//)
		return
	if (mark == "-")
		line = substr(line, 2)
	if (line ~ /^[(|)]$/ || line ~ /^[ \t]*(<?\+?\.\.\.)/) {
		pattern(0)
		return
	}
	sub(/[ \t]*\/\/.*/, "", line)
	gsub(/@[a-z]+/, "", line)
	if (line ~ /^ ?[ \t]*#/) {
		pattern(0)
		said = line
		taken = mark == "-"
		pattern(1)
		return
	}
	while (match(line, /[;{}]/)) {
		c = substr(line, RSTART, 1)
		said = said substr(line, 1, RSTART - 1)
		line = substr(line, RSTART + 1)
		if (mark == "-")
			taken = 1
		if (said ~ /^[ \t]*$/)
			taken = 0
		pattern(1)
	}
	if (line !~ /^[ \t]*$/) {
		said = said " " line
		if (mark == "-")
			taken = 1
	}
}

function read_cocci(name,    line, state, heading)
{
	state = ""
	while ((getline line <name) > 0) {
		if (line ~ /^@/ && state != "head") {
			pattern(0)
			for (heading in wild)
				delete wild[heading]
			if (line ~ /^@(script|initialize|finalize)/) {
				state = "script"
				continue
			}
			rule = line
			sub(/^@/, "", rule)
			sub(/[@ ].*/, "", rule)
			state = line ~ /@.*@/ || line == "@@" ? "head" : "name"
			meta = ""
			continue
		}
		if (state == "name" && line ~ /@$/)
			state = "head"
		else if (state == "head" && line == "@@")
			state = "body"
		else if (state == "head") {
			if (line !~ /^\/\//)
				meta = meta " " line
			if (line ~ /;/) {
				declare(meta)
				meta = ""
			}
		} else if (state == "body")
			body(line)
	}
	pattern(0)
	close(name)
}

BEGIN {
	for (i = 1; i < ARGC; i++)
		read_cocci(ARGV[i])
}
