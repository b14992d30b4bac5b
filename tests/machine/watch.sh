# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of machine
#
# Watches the emulator: prints the console's new lines, sets the terminal's modes, and ends the
# emulator when the job has ended or the time is up.

# show_news: print the console's new lines, but only results, comments and verdicts. The verdicts
# become comments, because the caller prints them as TAP later.
show_news()
{
	lines=$(wc -l <"$console")
	[ "$lines" -gt "$seen" ] || return 0
	heard=$elapsed
	sed -n "$((seen + 1)),${lines}p" "$console" | tr -d '\r' | grep -E '^(@|#|ok |not ok )' | sed 's/^\(not \)\{0,1\}ok /# &/'
	seen=$lines
}

# end_emulator: kill its whole process group. No emulator may outlive this script.
end_emulator()
{
	[ -n "$pid" ] || return 0
	kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=''
}

# fail TEXT: end the emulator and this script, and print the console's last lines.
fail()
{
	end_emulator
	said=$console
	[ -s "$said" ] || said=$out/emulator.out	# an emulator that can't start has no console
	{
		echo "host: $*"
		echo "host: the last lines of $said:"
		tr -d '\r' <"$said" | tail -n 15
	} >&2
	exit 1
}

# watch: wait until the job has ended, and set $status to its status and $elapsed to the seconds
# that it took. If the machine fails or the time is up, call fail().
watch()
{
	# The boot may take a third of the time, and 15 minutes at most.
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
			# From now on the terminal and its Ctrl-C belong to the test machine.
			if [ -c "$terminal" ] && [ $told -ge 0 ]; then
				told=-1
				stty -isig -opost <"$terminal"
			fi
		elif [ -c "$terminal" ]; then
			# Until then Ctrl-C ends this script. The emulator has switched these modes
			# off.
			stty isig intr ^C opost onlcr <"$terminal" 2>/dev/null
		fi
		if [ $elapsed -ge $boot ] && ! grep -q '^@ host is up' "$console"; then
			fail "the host did not boot within $elapsed s"
		fi
		[ $elapsed -lt "$limit" ] || fail "the job did not end within $limit s"
		[ $((elapsed - heard)) -lt "$silence" ] || fail "the console has had no new line for $silence s"
		if [ $told -ge 0 ] && [ $((elapsed - told)) -ge 10 ]; then
			echo "host: $elapsed s"
			told=$elapsed
		fi
		sleep 1
	done

	[ ! -c "$terminal" ] || stty opost <"$terminal" 2>/dev/null
	# The machine powers off, which ends the emulator. After 10 s it is killed.
	tries=0
	while kill -0 "$pid" 2>/dev/null && [ $tries -lt 10 ]; do
		sleep 1
		tries=$((tries + 1))
	done
	end_emulator
}
