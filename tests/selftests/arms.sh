# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for those that source this
#
# Programs that test KVM, each on the distribution's module, on ours, and on ours with
# preemption_timer=0, in one boot for each CPU model. Sourced with $top, $here, $kver, $image and
# $work (a folder); wanted.txt there has the names of the programs, known.txt those that are not run,
# with the reason. $programs is the folder with them, $models the CPU models of Bochs, $limit the
# emulated seconds that one may take.

variants='stock always-on off'
silence=600	# seconds without a sign of life, after which a test has frozen the host

# collect_modules: $modules, with the distribution's module as stock.ko and ours as always-on.ko.
collect_modules()
{
	modules=$work/modules
	rm -rf "$modules" "$work"/*.txt
	mkdir -p "$modules"
	find "$image/modules" -name '*.ko*' -exec cp '{}' "$modules/" \;
	for file in "$modules"/kvm-intel.ko*; do
		mv "$file" "$modules/stock.ko${file##*.ko}"
	done
	# The test machine's memory is small: no debugging information.
	strip -g -o "$modules/always-on.ko" "$top/build/always-on/$kver/kvm-intel.ko"
}

pid=
stop()
{
	[ -z "$pid" ] || kill -TERM "$pid" 2>/dev/null || :
	wait
	exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM HUP

# steps MODEL: print the job's steps that are left for it: without what is known, what has a result, and what froze the test
# machine on stock.
steps()
{
	for variant in $variants; do
		case $variant in
		stock) load=stock:stock,nested=1 ;;
		always-on) load=always-on:always-on,nested=1 ;;
		off) load=off:always-on,nested=1,preemption_timer=0 ;;
		esac
		# Bochs 3.0 has posted interrupts, but fails VM entries because of their descriptor.
		case $1 in
		*skylake*) load=$load,enable_apicv=0 ;;
		esac
		awk -v variant="$variant" -v load="$load" '
			FILENAME ~ /known.txt$/ || $2 == variant || ($2 == "stock" && $4 == "froze") { done[FILENAME ~ /known.txt$/ ? $1 : $3]; next }
			FILENAME ~ /results.txt$/ || $1 in done { next }
			!n++ { print "load=" load }
			{ print "test=" variant ":" $1 }' "$work/known.txt" "$work/$1.results.txt" "$work/wanted.txt"
	done
}

# boot MODEL [OPTION of ../machine/machine]...: boot until all tests have run. A test that freezes the machine ends the boot; the next
# boot continues after it.
boot()
{
	model=$1
	shift
	: >"$work/$model.results.txt"
	: >"$work/$model.txt"
	while :; do
		left=$(steps "$model")
		[ -n "$left" ] || return 0
		say "booting kernel $kver in the test machine, model $model: $(echo "$left" | grep -c '^test=') runs to do"
		(
			exec 9>&-
			while read -r test; do
				set -- "$@" --add "$programs/$test"
			done <"$work/wanted.txt"
			# By the TSC frequency that CPUID of this model states, the 10 s rule would switch the hv timer off.
			# shellcheck disable=SC2086 # words
			exec "$top/tests/machine/machine" --timeout 10800 --silence $silence --model "$model" --megs 2048 \
				--append tsc_early_khz=100000 \
				--kernel "$image/vmlinuz" --modules "$modules" --out "$work/boot" \
				--job "$top/tests/machine/jobs/selftests" "$@" -- $limit $left
		) &
		pid=$!
		status=0
		wait "$pid" || status=$?
		pid=
		tr -d '\r' <"$work/boot/console.txt" >"$work/boot.txt"
		cat "$work/boot.txt" >>"$work/$model.txt"
		grep '^@ result ' "$work/boot.txt" | cut -d ' ' -f 2- >>"$work/$model.results.txt" || :
		[ $status -ne 0 ] || return 0
		# The test that was running.
		frozen=$(awk '$1 == "start" { at = $2 " " $3 } $1 == "@" && $2 == "result" { at = "" } END { print at }' \
			"$work/boot.txt")
		[ -n "$frozen" ] || die "the test machine ended before its job, and in no test: see ${work#"$top/"}/boot"
		echo "result $frozen froze -" >>"$work/$model.results.txt"
	done
}

# run_arms [OPTION of ../machine/machine]...: run all on all models, and print the tables and verdicts.
run_arms()
{
	: >"$work/verdicts.txt"
	for model in $models; do
		boot "$model" "$@"
		echo
		awk -v model="$model" -v verdicts="$work/verdicts.txt" -f "$top/tests/selftests/judge.awk" \
			"$work/known.txt" "$work/$model.results.txt" "$work/wanted.txt"
	done
	echo
	verdicts "$work/verdicts.txt"
}
