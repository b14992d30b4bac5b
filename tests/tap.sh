# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What the tests print: TAP (testanything.org), which prove reads. Each check is a line
# "ok N - TEXT" or "not ok N - TEXT", what was not tried is "ok N # SKIP REASON", and the
# plan, "1..N", comes last. All else that is printed is for people.

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

# verdicts FILE: of its lines "ok TEXT", "not ok TEXT" and "skip TEXT", each is a check; so is
# each of another test's.
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

# skip_all REASON: nothing can be tried here, which is no success either; the end.
skip_all()
{
	echo "1..0 # SKIP $*"
	echo "${HARNESS_ACTIVE:+# }0 passed, 0 failed, all skipped: $*"
	exit 0
}

# comment: standard input, as lines that are no checks.
comment()
{
	sed -u 's/^/# /'
}

# finish PLANNED: the plan, and how it went; the exit status of the test. Checks that were
# planned and not made have failed.
finish()
{
	made=$((passed + failed + skipped))
	[ "$made" = "$1" ] || not_ok "$made checks were made or skipped, and $1 are planned"
	echo "1..$1"
	echo "${HARNESS_ACTIVE:+# }$passed passed, $failed failed$([ "$skipped" = 0 ] || echo ", $skipped skipped")"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
