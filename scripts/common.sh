# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What every script here has in common. Sourced with $top set to the project's
# root; the caller has set -eu.

# shellcheck disable=SC2034 # for those that source this
name=kvm-hvtimer
# Not every service and container gives a HOME.
: "${HOME:=$(getent passwd "$(id -u)" | cut -d : -f 6)}"
export HOME
# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-$HOME/.cache}/$name

# die MESSAGE: what is wrong and what to do, in one line; then end.
die()
{
	printf '%s: %s\n' "$name" "$*" >&2
	exit 1
}

# say MESSAGE: a step of something long, with the time since the start; as a comment where
# prove reads it.
say_start=${HV_TIMER_START:-$(date +%s)}
export HV_TIMER_START="$say_start"
say()
{
	printf '%s[%4ds] %s\n' "${HARNESS_ACTIVE:+# }" "$(($(date +%s) - say_start))" "$*"
}

# need COMMAND PACKAGE: refuse to go on without a command.
need()
{
	command -v "$1" >/dev/null 2>&1 ||
		die "$1 is missing: install the package $2 (apt-get install $2)"
}

# lock FILE WHAT [SECONDS]: one at a time; wait so long for another one to end. The
# lock goes with the process; its children are to be started with 9>&- when they may
# outlive it.
lock()
{
	# exec would end this at once, with a message of the shell's own.
	{ mkdir -p "$(dirname "$1")" && (: >>"$1"); } 2>/dev/null ||
		die "cannot write $1: is the folder yours, and the disk not full?"
	exec 9>"$1"
	flock -w "${3:-0}" 9 || die "another run is at work on $2; wait for it to end"
}

# free_mb FOLDER: free space in MiB.
free_mb()
{
	df -Pm "$1" | awk 'NR == 2 { print $4 }'
}

# need_space FOLDER MIB: refuse to start what could not be finished.
need_space()
{
	mkdir -p "$1"
	[ "$(free_mb "$1")" -ge "$2" ] ||
		die "only $(free_mb "$1") MiB are free in $1, $2 are needed; free some and try again"
}

# literal TEXT: as a regular expression, basic or extended, that matches just that: a
# kernel's release may have a + in it, and all versions have dots.
literal()
{
	printf '%s\n' "$*" | sed 's/[].$*+?(){}|[]/[&]/g; s/[\\^]/\\&/g'
}
