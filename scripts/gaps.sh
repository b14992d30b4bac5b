# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for apply-cocci
# The gaps that apply-cocci reports: places found too seldom or too often, statements that would
# be lost, mentions that no audit knows. Sourced with $work, a folder, and $cocci, that of the
# semantic patches. All functions work on $dir, the folder with this $number, of $shape, whose
# files find_files() has named.

# gap TEXT: report one of $dir.
gap()
{
	echo "$*" >>"$dir/gaps"
}

# places COCCI...: print what they state for this shape, one a line:
# PART ROLE FEWEST-MOST FUNCTIONS|WORDS (FUNCTIONS may be empty).
places()
{
	sed -n 's/^\/\/ places: //p' "$@" | awk -v shape="$shape" '
		{
			words = $0
			sub(/^[^:]*: /, "", words)
			head = substr($0, 1, length($0) - length(words) - 2)
			role = head
			sub(/.* in /, "", role)
			functions = role
			sub(/ .*/, "", role)
			sub(/^[a-z]* ?/, "", functions)
			sub(/ in .*/, "", head)
			n = split(head, item, /, /)
			split(item[1], first, " ")
			count = first[2]
			for (i = 2; i <= n; i++) {
				split(item[i], other, " ")
				if (other[1] == shape)
					count = other[2]
			}
			print first[1], role, count, functions "|" words
		}' >"$work/places"
}

# stripped FILE OUT: copy it without comments; all lines keep their number.
stripped()
{
	gcc -fpreprocessed -dD -E -x c "$1" 2>/dev/null >"$2" || :
}

# count_gaps: compare $work/out with $work/places, for the folder with this $number. A single
# vmx.c has all roles.
count_gaps()
{
	awk -v number="$number" -v single="$([ "$vmx" = vmx.c ] && echo 1)" '
		FILENAME == ARGV[1] {
			if ($2 == number) {
				got[$1, $3]++
				lines[$1, $3] = lines[$1, $3] ($4 ~ /^[?]/ ? "" : ", " $4)
			}
			next
		}
		{
			key = $1 SUBSEP (single ? "vmx" : $2)
			split($3, bound, "-")
			if (!(key in fewest))
				order[++n] = key
			text = $0
			sub(/^[^ ]* [^ ]* [^ ]* /, "", text)
			if (!(key in said) || bound[1] > 0)
				said[key] = text
			fewest[key] += bound[1]
			most[key] += bound[2] == "" ? bound[1] : bound[2]
		}
		END {
			for (key in got)
				if (!(key in fewest)) {
					order[++n] = key
					fewest[key] = most[key] = 0
					said[key] = "|the code that is looked for by this name"
				}
			for (i = 1; i <= n; i++) {
				key = order[i]
				split(key, name, SUBSEP)
				if (got[key] < fewest[key] || got[key] > most[key])
					print name[1] "|" name[2] "|" got[key] + 0 "|" fewest[key] "|" substr(lines[key], 3) "|" said[key]
			}
		}' "$work/out" "$work/places" >"$work/wrong"
	while IFS='|' read -r part role got wanted lines functions words; do
		eval "file=\$$role"
		explain
	done <"$work/wrong"
}

# explain: report one part that was found too seldom or too often.
explain()
{
	if [ "$got" -gt "$wanted" ]; then
		gap "$file:${lines%%,*}: found $got time(s)${lines:+ (lines $lines)} instead of $wanted: $words"
		return
	fi
	stripped "$dir/unpatched/$(echo "$file" | tr / :)" "$work/old.c"
	awk -f "$top/scripts/statements.awk" -f "$top/scripts/statements-lost.awk" \
		-v mode=unknown -v part="$part" \
		-v functions="${functions#struct }" "$work/patterns" "$work/old.c" >"$work/place"
	where='' statement=''
	IFS='	' read -r line where statement <"$work/place" || :
	if [ -n "$statement" ]; then
		gap "$file:$line, in $where(): a statement that this version does not know: $statement (in $words)"
	elif [ -n "$where" ]; then
		gap "$file:$line, in $where(): found $got time(s) instead of $wanted in a known form: $words"
	else
		gap "$file: found $got time(s) instead of $wanted: $words"
	fi
}

# lost_gaps: report statements that are lost though no semantic patch names them.
lost_gaps()
{
	for file in $files; do
		[ -e "$dir/$file" ] || continue
		old=$dir/unpatched/$(echo "$file" | tr / :)
		cmp -s "$old" "$dir/$file" && continue
		stripped "$old" "$work/old.c"
		stripped "$dir/$file" "$work/new.c"
		awk -f "$top/scripts/statements.awk" -f "$top/scripts/statements-lost.awk" \
			-v mode=lost "$work/patterns" \
			"$work/old.c" "$work/new.c" >"$work/place"
		while IFS='	' read -r line where statement; do
			gap "$file:$line, in $where(): a statement that this version does not know would be lost: $statement"
		done <"$work/place"
	done
}

# mention_gaps: report unknown mentions in kvm-intel.ko's files and in all headers.
mention_gaps()
{
	words=$(sed -n 's/^\([A-Za-z_]*\)	.*/\1/p' "$cocci/audit/mentions" | sort -u | tr '\n' '|')
	find "$dir" -name unpatched -prune -o -path "$work" -prune -o -name '*.[ch]' -print |
		sed "s|^$dir/||" | in_module | sort |
	while read -r file; do
		grep -qwE "${words%|}" "$dir/$file" || continue
		stripped "$dir/$file" "$work/new.c"
		awk -f "$top/scripts/statements.awk" -f "$top/scripts/statements-mentions.awk" \
			-v mode=mentions "$cocci/audit/mentions" \
			"$work/new.c" | while IFS='	' read -r line where statement; do
			gap "$file:$(line_before "$file" "$line"), in $where: a mention that this version does not know: $statement"
		done
		awk -f "$top/scripts/statements.awk" -f "$top/scripts/statements-mentions.awk" \
			-v mode=needs "$cocci/audit/mentions" \
			"$work/new.c" >>"$work/needs"
	done
	sort -u "$work/needs" 2>/dev/null | awk -F '\t' '
		$1 == "needs" { needs[$3] = $2 }
		$1 == "has" { has[++n] = $3; word[n] = $2 }
		END {
			for (where in needs) {
				found = 0
				for (i = 1; i <= n; i++)
					found = found || (word[i] == needs[where] && has[i] ~ "^(" where ")$")
				if (!found)
					print needs[where]
			}
		}' | while read -r word; do
			gap "$vmx: $word may be among what KVM uses itself, and is masked nowhere"
		done
	rm -f "$work/needs"
}

# in_module: of the files on standard input, print those of kvm-intel.ko's object list; without
# a list, all.
in_module()
{
	if [ ! -e "$dir/kernel.mk" ]; then
		cat
		return
	fi
	awk 'FILENAME == ARGV[1] {
			while (match($0, /[A-Za-z0-9_\/-]*\.o/)) {
				object = substr($0, RSTART, RLENGTH - 2)
				if (kvm_intel || /^kvm-intel/)
					listed[object ".c"]
				$0 = substr($0, RSTART + RLENGTH)
				kvm_intel = 1
			}
			kvm_intel = /\\$/ ? kvm_intel : 0
			next
		}
		/\.h$/ || $0 in listed' "$dir/kernel.mk" -
}

# line_before FILE LINE: print the number that a line of the changed file had before.
line_before()
{
	old=$dir/unpatched/$(echo "$1" | tr / :)
	[ -e "$old" ] || old=$dir/$1
	{ diff "$old" "$dir/$1" || :; } | awk -v line="$2" '
		/^[0-9]/ {
			split($0, side, /[acd]/)
			split(side[1], old, ",")
			split(side[2], new, ",")
			kind = $0
			gsub(/[0-9,]/, "", kind)
			a = kind == "a" ? 0 : (old[2] == "" ? 1 : old[2] - old[1] + 1)
			b = kind == "d" ? 0 : (new[2] == "" ? 1 : new[2] - new[1] + 1)
			if (new[1] > line)
				exit
			shift += a - b
		}
		END { print line + shift }'
}
