# SPDX-License-Identifier: GPL-2.0-only
# C source as a row of statements, each with its line and the function that it is in.
# Comments have to be gone already: see stripped() of gaps.sh. What is parted here at
# ; { and } has no layout any more, so that it can be compared.
#
# -v mode=patterns COCCI...: the statements that semantic patches spell out, one a line:
#	PART, whether it is taken away (1 or 0), regular expression (tab-separated).
#	A metavariable becomes what it may stand for. A statement that is an expression
#	only, without its semicolon, may stand inside another one.
# -v mode=lost PATTERNS OLD NEW: the statements of OLD that NEW does not have, and that
#	no semantic patch names among what it takes away.
# -v mode=unknown -v part=PART -v functions="A B" PATTERNS SOURCE: the first statement
#	in one of these functions that no form of this part knows, behind the first one
#	that it does know.
# -v mode=mentions -v file=NAME TABLE SOURCE: mentions of the table's words that the
#	table does not know.
# -v mode=needs TABLE SOURCE: the known ones that need another one ("needs", word, function),
#	and what there is ("has", word, function).
# The three before that print: line, function, text (tab-separated).
# -v mode=known AUDIT... -- SOURCE...: which audits know the code that they were written for
#	in these sources: see scripts/known. Prints each audit, and why it does not
#	know them (empty if it does; tab-separated).

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

# ---- semantic patches

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

# ---- what is asked for

# A long statement, shortened.
function around(text, word,    at)
{
	at = word == "" ? 1 : index(text, word) - 40
	if (at < 1)
		at = 1
	return (at > 1 ? "..." : "") substr(text, at, 100) (length(text) >= at + 100 ? "..." : "")
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

# ---- known fixes

# Reads the rows of an audit, numbered through all of them.
function read_rows(name,    line, field, folder)
{
	while ((getline line <name) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/)
			continue
		split(line, field, /\t+/)
		if (field[1] == "include") {
			folder = name
			sub(/[^\/]*$/, "", folder)
			read_rows(folder field[2])
			continue
		}
		rows++
		row_audit[rows] = audits
		row_kind[rows] = field[1]
		if (field[1] == "only") {
			row_form[rows] = field[2]
			row_where[rows] = "^(" field[3] ")$"
			anywhere = anywhere (anywhere == "" ? "" : "|") field[2]
		} else {
			row_where[rows] = field[2]
			row_label[rows] = ""
			if (match(row_where[rows], / /)) {
				row_label[rows] = substr(row_where[rows], RSTART + 1)
				row_where[rows] = substr(row_where[rows], 1, RSTART - 1)
			}
			row_where[rows] = "^(" row_where[rows] ")$"
			row_place[rows] = audits SUBSEP field[2]
			row_form[rows] = field[1] == "calls" ? " " field[3] " " : field[3]
		}
		row_needed[rows] = field[1] == "has" || field[4] == "needed"
	}
	close(name)
}

# Whether a statement of a function calls something that is not in a list of names. An
# operation that is called by the static call of its name counts by this name.
function calls_other(key, names,    name, rest)
{
	rest = key
	gsub(/\*\)\(/, "*(", rest)
	gsub(/static_call(_cond)?\(kvm_x86_|kvm_x86_call\(/, "kvm_x86_call(", rest)
	while (match(rest, /kvm_x86_call\([a-z0-9_]+\)\(/)) {
		name = substr(rest, RSTART + 13, RLENGTH - 15)
		rest = substr(rest, 1, RSTART - 1) name "(" substr(rest, RSTART + RLENGTH)
	}
	if (rest ~ /\)\(/)
		return 1
	while (match(rest, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
		name = substr(rest, RSTART, RLENGTH - 1)
		rest = substr(rest, RSTART + RLENGTH)
		# White space is gone: "else if (", "return fn(".
		sub(/^(else|return)+/, "", name)
		if (name !~ /^(if|switch|while|for|sizeof|likely|unlikely|)$/ && name !~ quiet &&
		    index(names, " " name " ") == 0)
			return 1
	}
	return 0
}

# What changes nothing: a declaration without a value, a label, a trace or a warning.
function harmless(key, text)
{
	if (key ~ /^((else|do|break)?|#(if|else|endif).*)$/)
		return 1
	if (match(key, /^[A-Za-z0-9_]+\(/))
		return substr(key, 1, RLENGTH - 1) ~ quiet
	return text !~ /^(return|goto|else|case) / &&
		text ~ /^[A-Za-z_][A-Za-z0-9_]*( \**[A-Za-z_][A-Za-z0-9_]*)+( ?, ?\**[A-Za-z_][A-Za-z0-9_]*)* ?$/
}

# An audit says nothing, for this statement is none that it knows.
function silent(audit, i)
{
	if (!(audit in reason))
		reason[audit] = in_of[i] ": " around(text_of[i], "")
}

# One source against all rows: what is not known in it takes the audit away.
function look(    i, j, m, list, part, key, label, head)
{
	for (i = 1; i <= n; i++) {
		key = key_of[i]
		head = in_of[i] != in_of[i - 1]
		if (head)
			label = ""
		if (key ~ /^(case[^:]+|default):/)
			label = key
		if (anywhere != "" && key ~ anywhere)
			for (j = 1; j <= rows; j++)
				if (row_kind[j] == "only" && key ~ row_form[j]) {
					if (in_of[i] ~ row_where[j])
						met[j] = 1
					else
						silent(row_audit[j], i)
				}
		if (head || in_of[i] == "-")
			continue
		if (!(in_of[i] in rows_of)) {
			rows_of[in_of[i]] = ""
			for (j = 1; j <= rows; j++)
				if (row_kind[j] != "only" && in_of[i] ~ row_where[j])
					rows_of[in_of[i]] = rows_of[in_of[i]] " " j
		}
		if (rows_of[in_of[i]] == "")
			continue
		m = split(rows_of[in_of[i]], list, " ")
		sub(/^((case[^:]+|[a-z_]+):)+/, "", key)
		gsub(/"[^"]*"/, "", key)
		for (j = 1; j <= m; j++)
			judge(list[j], key, label, i)
		for (j in judged) {
			if (!judged[j] && !harmless(key, text_of[i])) {
				split(j, part, SUBSEP)
				silent(part[1], i)
			}
			delete judged[j]
		}
	}
}

# A row for a statement of its function. Several "body" rows of one place are alternatives.
function judge(j, key, label, i)
{
	if (row_label[j] != "" && label !~ "(^|:)case" row_label[j] ":")
		return
	there[row_place[j]] = 1
	if (row_kind[j] == "calls") {
		if (calls_other(key, row_form[j]))
			silent(row_audit[j], i)
	} else if (row_kind[j] == "has") {
		if (key ~ row_form[j])
			met[j] = 1
	} else {
		if (key ~ row_form[j])
			met[j] = judged[row_place[j]] = 1
		else if (!(row_place[j] in judged))
			judged[row_place[j]] = 0
	}
}

function known(    i, j)
{
	for (i = 1; ARGV[i] != "--"; i++) {
		audit_name[++audits] = ARGV[i]
		read_rows(ARGV[i])
	}
	while (++i < ARGC) {
		read_source(ARGV[i])
		look()
	}
	for (j = 1; j <= rows; j++) {
		if (row_audit[j] in reason)
			continue
		if (row_kind[j] != "only" && !there[row_place[j]])
			reason[row_audit[j]] = "there is no " row_where[j] " " row_label[j]
		else if (row_needed[j] && !met[j])
			reason[row_audit[j]] = "there is no " row_form[j] " in " row_where[j]
	}
	for (i = 1; i <= audits; i++)
		print audit_name[i] "\t" reason[i]
}

BEGIN {
	if (mode == "known") {
		quiet = "^(trace_[a-z_]*|pr_[a-z_]*|apic_debug|WARN(_ON)?(_ONCE)?)$"
		known()
		exit
	}
	if (mode == "patterns") {
		for (i = 1; i < ARGC; i++)
			read_cocci(ARGV[i])
	} else if (mode == "mentions" || mode == "needs")
		mentions()
	else {
		read_patterns(ARGV[1])
		if (mode == "lost")
			lost()
		else
			unknown()
	}
}
