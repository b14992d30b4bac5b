# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # work is the caller's
# The code of two modules, function by function. Sourced with $work, a folder.

# functions MODULE: the code of each function, on one line, with 0 for what is relocated. objdump
# shows padding after a function's end; it depends on the function that follows. The code of
# alternatives belongs to no function, and comes in the order of the objects.
functions()
{
	objdump -dzw "$1" | awk -F '\t' '
		/^[0-9a-f]+ <.*>:$/ { sub(/^[0-9a-f]* /, ""); printf "\n%s", $0; pad = ""; next }
		NF < 3 { next }
		$3 ~ /^(nop|data16|xchg +%ax,%ax|cs nop|int3)/ { pad = pad " " $2; next }
		{ printf "%s %s", pad, $2; pad = "" }' | sed '/^<[.]/d; s/  */ /g' | sort
}

# same_functions MODULE MODULE: whether their code is the same; what differs is printed.
same_functions()
{
	functions "$1" >"$work/a"
	functions "$2" >"$work/b"
	[ "$(wc -l <"$work/a")" -gt 300 ] || {
		echo "only $(wc -l <"$work/a") functions were found"
		return 1
	}
	diff "$work/a" "$work/b" | cut -c 1-100 >"$work/differ"
	cat "$work/differ"
	[ ! -s "$work/differ" ]
}
