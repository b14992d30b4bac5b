# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# The tests print TAP (testanything.org), which prove reads. Each check is a line "ok N - TEXT"
# or "not ok N - TEXT". A check that could not be tried is "ok N # SKIP REASON". The plan, "1..N",
# comes last. All other lines are for people.

passed=0
failed=0
skipped=0

ok()
{
	passed=$((passed + 1))
	echo "ok $((passed + failed + skipped)) - $*"
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok $((passed + failed + skipped)) - $*"
}

skip()
{
	skipped=$((skipped + 1))
	echo "ok $((passed + failed + skipped)) # SKIP $*"
}

# verdicts FILE: each of its lines "ok TEXT", "not ok TEXT" and "skip TEXT" is a check; so is
# each check of another test's TAP.
verdicts()
{
	while IFS= read -r verdict; do
		case $verdict in
		"ok "*) ok "${verdict#ok }" ;;
		"not ok "*) not_ok "${verdict#not ok }" ;;
		"skip "*) skip "${verdict#skip }" ;;
		esac
	done <<-EOT
	$(sed -E 's/^((not )?ok) [0-9]+ - /\1 /; s/^ok [0-9]+ # SKIP /skip /' "$1")
	EOT
}

# skip_all REASON: end, because nothing can be tried here. The reason is shown as a skip.
skip_all()
{
	echo "1..0 # SKIP $*"
	echo "${HARNESS_ACTIVE:+# }0 passed, 0 failed, all skipped: $*"
	exit 0
}

# comment: print standard input as comments.
comment()
{
	sed -u 's/^/# /'
}

# check WHAT COMMAND...: a check, by the command's exit status. Its output goes to $work/out; the end of
# that is shown if it fails.
# shellcheck disable=SC2154 # work is the caller's
check()
{
	what=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		ok "$what"
	else
		not_ok "$what"
		tail -n 10 "$work/out" | comment
	fi
}

# finish PLANNED: print the plan and the result; its status is the test's exit status. Planned
# checks that were not made have failed.
finish()
{
	made=$((passed + failed + skipped))
	[ "$made" = "$1" ] || not_ok "$made checks were made or skipped, and $1 are planned"
	echo "1..$1"
	echo "${HARNESS_ACTIVE:+# }$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
