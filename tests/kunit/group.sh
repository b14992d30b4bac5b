# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # of and for run
#
# Long commands: each is a process group, which ends with the run. Sourced with $work, a folder;
# while it is being made, $work.new is there.

# The process group at work, if any. It keeps the lock as long as it lives, so that a build that
# outlives this run does not share its folder with the next run's.
group=

start()
{
	setsid "$@" &
	group=$!
}

stop()
{
	trap '' INT TERM HUP
	if [ -n "$group" ]; then
		kill -TERM "-$group" 2>/dev/null || :
		for _ in 1 2 3 4 5; do
			kill -0 "-$group" 2>/dev/null || break
			sleep 1
		done
		kill -KILL "-$group" 2>/dev/null || :
	fi
	rm -rf "$work.new"
	say "interrupted; run it again to go on"
	exit "$1"
}

# follow COMMAND: wait for the group started last and return its exit status.
# What COMMAND prints is shown every 20 s.
follow()
{
	seconds=0
	while kill -0 "$group" 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		[ $((seconds % 20)) -ne 0 ] || say "$("$1")"
	done
	status=0
	wait "$group" || status=$?
	group=
	return "$status"
}
