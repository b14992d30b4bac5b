# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for apply-cocci
# Runs spatch for apply-cocci: many semantic patches on many files in one run. Sourced with
# $work, a folder, and $cocci, that of the semantic patches.

# gather VIRTUAL COCCI...: join semantic patches to one, $work/all.cocci, so that a file is
# parsed once. It reports each position p with the name of its part, which is the rule's name up
# to "__".
gather()
{
	virtual=$1
	shift
	{
		[ -z "$virtual" ] ||
			echo "virtual soft_disables, toggles, toggles_single, toggles_early"
		grep -hv '^//' "$@"
		sed -n 's/^@\([a-z_0-9]*\).*/\1/p; s/^position p\>.*/=/p' "$@" | awk '
			$1 != "=" { if ($1 != "") rule = $1; next }
			{
				part = rule
				sub(/__.*/, "", part)
				printf "\n@script:python@\np << %s.p;\n@@\nfor q in p:\n", rule
				printf "\tprint(\"@ %s %%s:%%s\" %% (q.file, q.line))\n", part
			}'
	} >"$work/all.cocci"
}

# run_spatch: apply $work/all.cocci to the files of $work/list (NUMBER ROLE FILE, one a line).
# The reports go to $work/out: PART NUMBER ROLE LINE. In code that an earlier rule has changed,
# spatch gives a temporary file whose name ends with the file's name, and a wrong line. The
# names are made so that they still identify the file, and the line is "?".
# --no-includes: a semantic patch sees this file only.
run_spatch()
{
	: >"$work/out"
	[ -s "$work/list" ] || return 0
	rm -rf "$work/in"
	mkdir "$work/in"
	while read -r number role file; do
		cp "$file" "$work/in/$number.$role.c"
	done <"$work/list"
	# A kernel's folder has a .cocciconfig, with options for the kernel's own semantic patches.
	(cd "$work" && spatch --very-quiet --no-includes --no-show-diff --in-place \
		${virtual:+-D "$virtual"} --sp-file "$PWD/all.cocci" --dir "$PWD/in") \
		>"$work/said" 2>"$work/err" ||
		die "spatch failed: $(grep -v '^$' "$work/err" | tail -n 1)"
	awk '$1 == "@" {
		line = $3
		sub(/.*:/, "", line)
		if ($3 !~ /\/in\//)
			line = "?" ++unknown
		sub(/\.c:[0-9]*$/, "", $3)
		sub(/.*[\/-]/, "", $3)
		split($3, name, ".")
		print $2, name[1], name[2], line
	}' "$work/said" | sort -u >"$work/out"
	while read -r number role file; do
		cmp -s "$work/in/$number.$role.c" "$file" || cp "$work/in/$number.$role.c" "$file"
	done <"$work/list"
}

# list ROLE...: print these files of $dir, the folder with this $number, each once.
list()
{
	[ "$vmx" = vmx/vmx.c ] || set -- vmx
	for role; do
		eval "file=\$$role"
		[ ! -e "$dir/$file" ] || echo "$number $role $dir/$file"
	done >>"$work/list"
}

# If spatch does not run its scripts, it finds no place anywhere.
spatch_works()
{
	echo 'struct loaded_vmcs { int a; int hv_timer_armed; };' >"$work/probe.c"
	echo "1 state $work/probe.c" >"$work/list"
	gather '' "$cocci/shape.cocci"
	(run_spatch) 2>/dev/null || :
	grep -q '^toggles 1 ' "$work/out" ||
		die "spatch does not run its Python scripts: install libpython3-dev and python3"
}
