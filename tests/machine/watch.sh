# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for machine
#
# Watching the emulator: its console's news, its terminal, how long it may take, and its end.

# The console's new and complete lines that are meant for people.
show_news()
{
	lines=$(wc -l <"$console")
	[ "$lines" -gt "$seen" ] || return 0
	heard=$elapsed
	sed -n "$((seen + 1)),${lines}p" "$console" | tr -d '\r' | grep -E '^(@|#|ok |not ok )' | sed 's/^\(not \)\{0,1\}ok /# &/'
	seen=$lines
}

# No emulator may outlive this script: its whole process group goes, whatever $BOCHS started.
end_emulator()
{
	[ -n "$pid" ] || return 0
	kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=''
}

fail()
{
	end_emulator
	said=$console
	[ -s "$said" ] || said=$out/emulator.out	# what it says when it cannot start, for want of a BIOS perhaps
	{
		echo "host: $*"
		echo "host: the last lines of $said:"
		tr -d '\r' <"$said" | tail -n 15
	} >&2
	exit 1
}

# watch: until the job has ended, with $status after $elapsed s, or the run has failed.
watch()
{
	# A third of the time is for the boot, but not hours of it.
	boot=$((limit / 3))
	[ $boot -le 900 ] || boot=900
	start=$(date +%s) elapsed=0 told=0 seen=0 heard=0 status=''
	while :; do
		alive=y
		kill -0 "$pid" 2>/dev/null || alive=n
		elapsed=$(($(date +%s) - start))
		show_news
		status=$(tr -d '\r' <"$console" | sed -n 's/^@ end of job, status \([0-9]*\)$/\1/p' | tail -n 1)
		[ -z "$status" ] || break
		if grep -q 'Kernel panic - not syncing' "$console"; then
			sleep 1		# for the rest of its message
			fail "the kernel panicked after $elapsed s: $(tr -d '\r' <"$console" |
				sed -n 's/.*Kernel panic - not syncing: //p' | head -n 1)"
		fi
		if [ $alive = n ]; then
			if [ "$seen" -gt 0 ]; then
				fail "the emulator ended before the job did, after $elapsed s (see $out/emulator.out$its_log)"
			fi
			fail "the host did not boot: the emulator ended after $elapsed s (see $out/emulator.out$its_log)"
		fi
		if grep -q '^@ host is up' "$console"; then
			# The terminal is for what runs there: not a word more from here, and Ctrl-C is for that, too.
			if [ -c "$terminal" ] && [ $told -ge 0 ]; then
				told=-1
				stty -isig -opost <"$terminal"
			fi
		elif [ -c "$terminal" ]; then
			# The emulator has taken all that away from it.
			stty isig intr ^C opost onlcr <"$terminal" 2>/dev/null
		fi
		if [ $elapsed -ge $boot ] && ! grep -q '^@ host is up' "$console"; then
			# No use in waiting longer for a host that never will.
			fail "the host did not boot within $elapsed s"
		fi
		[ $elapsed -lt "$limit" ] || fail "the job did not end within $limit s"
		[ $((elapsed - heard)) -lt "$silence" ] || fail "the host has said nothing for $silence s"
		if [ $told -ge 0 ] && [ $((elapsed - told)) -ge 10 ]; then
			echo "host: $elapsed s"
			told=$elapsed
		fi
		sleep 1
	done

	[ ! -c "$terminal" ] || stty opost <"$terminal" 2>/dev/null
	# Powering off ends the emulator; one that does not is killed.
	tries=0
	while kill -0 "$pid" 2>/dev/null && [ $tries -lt 10 ]; do
		sleep 1
		tries=$((tries + 1))
	done
	end_emulator
}
