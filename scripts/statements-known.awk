# SPDX-License-Identifier: GPL-2.0-only
# statements-known.awk AUDIT... -- SOURCE...: which audits know the code that they were
# written for in these sources, see scripts/known; behind statements.awk. Prints each
# audit, and why it does not know them (empty if it does; tab-separated).

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
	quiet = "^(trace_[a-z_]*|pr_[a-z_]*|apic_debug|WARN(_ON)?(_ONCE)?)$"
	known()
}
