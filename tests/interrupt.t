#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# interrupt: interrupt `make test`, in a copy of the project, at random moments as Ctrl-C does.
# 5 s later none of its processes runs, and no lock is held. Each run has two random parts. A
# second run at the same time is refused, and the run after an interrupted one passes. SEED
# repeats the moments.
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# shellcheck source=tests/tap.sh
. "$top/tests/tap.sh"

moments=5
: "${SEED:=$(date +%s)}"
work=$top/build/interrupt
lock "$top/build/.interrupt.lock" build/interrupt
rm -rf "$work"
mkdir -p "$work/project"
cd "$top"
find . \( -path ./build -o -path ./kvm-hvtimer -o -path ./.git \) -prune -o -type f -print | tar -cf - -T - |
	tar -C "$work/project" -xf -
echo "# SEED=$SEED"

pid=
stop()
{
	[ -z "$pid" ] || kill -TERM "-$pid" 2>/dev/null || :
	exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP

# start PART...: make test of these, in its own process group, which gets SIGINT.
start()
{
	PARTS=$* HV_TIMER_INTERRUPT=$$ env -u HARNESS_ACTIVE --default-signal=INT \
		setsid make --no-print-directory -C "$work/project" test \
		>"$work/out" 2>&1 9>&- &
	pid=$!
}

# left: print the processes of that group that still run.
left()
{
	for process in /proc/[0-9]*; do
		if grep -qzx "HV_TIMER_INTERRUPT=$$" "$process/environ" ||
		   readlink "$process/cwd" | grep -q "^$(literal "$work/project")"; then
			echo "${process#/proc/} $(tr '\0' ' ' <"$process/cmdline")"
		fi
	done 2>/dev/null
}

# held: print the project's locks that are held.
held()
{
	find "$work/project/build" -name '*.lock' | while read -r file; do
		flock -n "$file" true || echo "$file"
	done
}

n=0
while [ $n -lt $moments ]; do
	n=$((n + 1))
	# Two parts of the table that take minutes, and a time of 2 to 40 s.
	draw=$(awk -v seed="$((SEED + n))" '
		!/^#/ && $2 == "test" && $4 == "min" && $3 > 1 { name[++n] = $1 }
		END {
			srand(seed)
			first = int(rand() * n) + 1
			second = int(rand() * (n - 1)) + 1
			print int(2 + rand() * 39), name[first], name[second + (second >= first)]
		}' "$top/tests/table")
	seconds=${draw%% *}
	parts=${draw#* }
	# shellcheck disable=SC2086 # words
	start $parts
	sleep "$seconds"
	if [ $n = 1 ]; then
		status=0
		PARTS=module "$work/project/scripts/test" >"$work/second" 2>&1 9>&- || status=$?
		if [ $status != 0 ] && grep -q 'another run is at work on build/test' "$work/second"; then
			ok "a second run beside it is refused"
		else
			not_ok "a second run beside it ended with status $status: $(tail -n 1 "$work/second")"
		fi
	fi
	there=$(left | wc -l)
	kill -INT "-$pid" 2>/dev/null || :
	tenths=0
	while [ -n "$(left)" ] && [ $tenths -lt 50 ]; do
		sleep 0.1
		tenths=$((tenths + 1))
	done
	remains=$(left | head -n 3)
	status=0
	[ -n "$remains" ] || wait "$pid" || status=$?
	if [ "$there" = 0 ]; then
		not_ok "$parts: not interrupted, it had ended within $seconds s"
	elif [ -n "$remains" ] || [ $status = 0 ]; then
		not_ok "$parts, after $seconds s: status $status, left: $remains"
		kill -KILL "-$pid" 2>/dev/null || :
	else
		ok "$parts, after $seconds s: $there processes are gone"
	fi
	locks=$(held)
	if [ -z "$locks" ]; then
		ok "and no lock is held"
	else
		not_ok "locks are held: $locks"
	fi
done

start module kunit
status=0
wait "$pid" || status=$?
if [ $status = 0 ] && [ "$(tail -n 1 "$work/out")" = "Result: PASS" ]; then
	ok "the next run passes"
else
	not_ok "the next run ended with status $status: $(tail -n 1 "$work/out")"
fi
pid=
finish $((2 * moments + 2))
