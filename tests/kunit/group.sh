# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # of and for run
#
# What takes long, as a process group of its own, which ends with the run. Sourced with $work,
# the folder that is being made when $work.new is there.

# The process group at work, if any. It keeps the lock as long as it lives: a
# build that somehow survived us must not meet the next one in its folder.
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
