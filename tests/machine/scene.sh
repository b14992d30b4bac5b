# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# shellcheck disable=SC2154 # here is the caller's
# For commands that run scenes and judge them. A scene is one boot of the test machine with a list
# of steps (see jobs/steps). A command sets $here and sources this file, which reads "$@":
#
#	--out DIR	the folder for all that is written
#	--dry		boot nothing: judge the consoles that DIR has already
#	--shape SHAPE	of the modules' source
#	--slack N	a round trip may take N per cent more than on stock
#	--forgets	this kvm.ko forgets some forced exits
#	--stray		this kvm.ko fires cancelled timers
#	--inhibits	this kvm.ko inhibits APICv only while a guest uses AutoEOI
#	--ticks		this kernel has no tickless CPU
#	--hyperv	this kernel supports an enlightened VMCS
#
# All other options are those of ./machine.

# shellcheck source=tests/tap.sh
. "$here/../tap.sh"

# shellcheck disable=SC2034 # slack: for those that source this
out='' dry=n options='' shape=soft-disables slack=0
# shellcheck disable=SC2034 # for those that source this
forgets='' stray='' ticks='' hyperv='' inhibits=''
# For the commands that call linux/pack.
kernel='' modules=''
while [ $# -gt 0 ]; do
	case $1 in
	--dry) dry=y; shift; continue ;;
	--forgets)
		# shellcheck disable=SC2034 # as above
		forgets=y
		shift
		continue ;;
	--ticks)
		# shellcheck disable=SC2034 # as above
		ticks=y
		shift
		continue ;;
	--hyperv)
		# shellcheck disable=SC2034 # as above
		hyperv=y
		shift
		continue ;;
	--inhibits)
		# shellcheck disable=SC2034 # as above
		inhibits=y
		shift
		continue ;;
	--stray)
		# shellcheck disable=SC2034 # as above
		stray=y
		shift
		continue ;;
	--out) out=${2:-} ;;
	--shape) shape=${2:-} ;;
	--slack)
		# shellcheck disable=SC2034 # as above
		slack=${2:-} ;;
	--*)
		options="$options $1 ${2:-}"
		# shellcheck disable=SC2034 # for those that source this
		case $1 in
		--kernel) kernel=${2:-} ;;
		--modules) modules=${2:-} ;;
		esac ;;
	*)
		echo "$0: $1 is no option: name --kernel, --modules, --out, or one of tests/machine/machine --help" >&2
		exit 1 ;;
	esac
	shift 2 || exit 1
done
[ -n "$out" ] || {
	echo "$0: --out is missing" >&2
	exit 1
}
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd) || exit 1
: >"$out/verdicts.txt"
host_pid=''

# The test machine runs in the background, so that this shell handles a signal at once. On SIGTERM
# ./machine ends its emulator.
interrupted()
{
	[ -z "$host_pid" ] || kill -TERM "$host_pid" 2>/dev/null
	wait
	echo "interrupted" >&2
	exit 130
}
trap interrupted INT TERM HUP

if [ $dry = n ]; then
	make -s -C "$here/guest" O="$out/guest" || exit 1
fi

# scene NAME [OPTION of ./machine]... STEP...: boot, run the steps, and keep the console as
# NAME.txt. The first word that does not begin with -- is the first step.
scene()
{
	scene=$1
	shift
	words=''
	while [ $# -gt 0 ]; do
		case $1 in
		--*) words="$words $1 $2"; shift 2 ;;
		*) break ;;
		esac
	done
	if [ $dry = n ]; then
		echo "== $scene"
		# shellcheck disable=SC2086 # split into words
		"$here/machine" --timeout 900 $options $words --out "$out/boot" --job "$here/jobs/steps" \
			--add "$out/guest/guest" --add "$out/guest/stress" -- "$@" &
		host_pid=$!
		wait "$host_pid"
		host_pid=''
		cp "$out/boot/console.txt" "$out/$scene.txt" 2>/dev/null || : >"$out/$scene.txt"
	fi
	{
		grep -q '^@ end of job, status 0' "$out/$scene.txt" || printf 'not '
		echo "ok $scene: the test machine ran the job to its end"
		tr -d '\r' <"$out/$scene.txt" | grep -E '^(not )?ok ' | sed -E "s/^(not )?ok /&$scene, /"
	} >>"$out/verdicts.txt"
}

# judge NAME AWK-OPTION...: judge the console of scene NAME by the awk files of the options.
judge()
{
	scene=$1
	shift
	echo
	awk -f "$here/figures.awk" "$@" "$out/$scene.txt" >"$out/judged.txt" ||
		echo "not ok $scene: awk failed while it judged the console" >>"$out/judged.txt"
	grep -Ev '^(not )?ok ' "$out/judged.txt"
	grep -E '^(not )?ok ' "$out/judged.txt" >>"$out/verdicts.txt"
}

# The workloads that force exits and that change vmcs12's pin controls. Kernels before 4.19 can't
# run them: they lose an interrupt that is pending when L1 enters L2.
# shellcheck disable=SC2034 # for those that source this
forced=nested-force pin=nested-pin
if [ "$shape" = toggles-early ]; then
	# shellcheck disable=SC2034 # as above
	forced='' pin=''
fi

# left_out TEXT: add a skipped check. TEXT says which, and why.
left_out()
{
	echo "skip $*" >>"$out/verdicts.txt"
}

# skip_forced: add the skipped checks of a kernel that can't run the workload of forced exits.
skip_forced()
{
	[ -n "$forced" ] ||
		left_out "B4 forced exits: this kernel never forces one by the timer, and loses interrupts that are pending at nested entry"
}

# verdict PLANNED: print all verdicts, and return the command's exit status. Skipped checks count
# among the PLANNED ones.
verdict()
{
	echo
	verdicts "$out/verdicts.txt"
	finish "$1"
}
