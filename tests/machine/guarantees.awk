# SPDX-License-Identifier: GPL-2.0-only
#
# For tests/machine/guarantees, after figures.awk: judges B1 to B11, one check or more for each.
# docs/GUARANTEES.md has them in a table, with the fault that each was seen to catch.
#
#	-v scenes="..."		the scenes to judge
#	-v timers=N		how many timers the scene run must have
#	-v forced=WORKLOAD	which workload forces exits; empty if the kernel can't run one
#	-v pin=WORKLOAD		in which one L1 changes its pin controls; empty as above
#	-v models=y		there are scenes with other CPUs' timers
#	-v natural=y		there is a scene with the full count
#	-v apicv=y		there is a scene with posted interrupts
#	-v hyperv=y		the kernel supports Hyper-V's enlightened VMCS
#	-v slack=N, -v stray=y	as in scene.sh
#	-v forgets=y		as in figures.awk

# The next checks are about this load of the module, and this workload.
function on(label, workload)
{
	L = label
	W = workload
}

# One check of guarantee WHICH, named by the load and the workload.
function guarantee(which, text, good)
{
	check(which " " L " " W ": " text, good)
}

# Returns how many cancelled timers may fire. With -v stray=y all of them do: seen on 4.14.67, with
# the stock module too. If the hv timer is off, none may.
function called_off()
{
	return stray && L !~ /^off/ ? v("cancelled") : 0
}

# The guest ran to its end, and no timer was lost, early, or stray.
function guest_right(which)
{
	guarantee(which, "finished, " figure("count") " times", figure("end") == "done" && v("done") == v("count"))
	if (timers_wanted())
		guarantee(which, "timers: " figure("taken") " of " figure("timers") " taken, " figure("cancelled") \
			" cancelled, " figure("rearmed") " set anew; " figure("early") " early, " figure("lost") \
			" lost, " figure("stray") " stray",
			v("timers") >= timers_wanted() && v("taken") == v("timers") && !v("early") && !v("lost") && \
			v("stray") <= called_off())
	if (W ~ /^nested-/ && W != "nested-msrs")
		guarantee(which, figure("unexpected") " exits reached L1 that it did not ask for, at most " forgotten() \
			", no VMX instruction failed", v("unexpected") <= forgotten() && !v("vmfails"))
}

# The unit's counters and the measuring build's are independent of each other, and must agree.
function counters_agree()
{
	guarantee("B2", "two counters of timer-value writes agree: " figure("timer_value_writes"),
		v("timer_value_writes") == v("new_timer_value_writes") + v("vmcs01_timer_value_writes") + \
		v("vmcs02_timer_value_writes"))
	guarantee("B1", "two counters of pin-control writes agree: " figure("pin_control_writes"),
		v("pin_control_writes") == v("new_pin_control_writes") + v("vmcs01_pin_control_writes") + \
		v("vmcs02_pin_control_writes"))
	guarantee("B5", "two counters of timer exits agree: " figure("timer_exits"),
		v("timer_exits") == v("vmcs01_timer_exits") + v("vmcs02_timer_exits"))
}

# The timer's bit was set at each VM entry, of L1 and of L2.
function bit_in_every_vmcs()
{
	guarantee("B1", "the timer bit is in the VMCS at each of " figure("vmcs01_entries") " + " \
		figure("vmcs02_entries") " entries",
		v("vmcs01_entries") > 0 && v("vmcs01_timer_bit_entries") == v("vmcs01_entries") &&
		v("vmcs02_timer_bit_entries") == v("vmcs02_entries"))
}

# B1, B2, B3 and B5 in guests without nesting: with timers, and without any.
function plain(label)
{
	on(label, "timer-spin")
	guest_right("B3")
	bit_in_every_vmcs()
	guarantee("B1", "no write of the pin controls",
		v("pin_control_writes") == 0 && v("vmcs01_pin_control_writes") == 0)
	# Once for each VMCS, and once after each run of entries with a deadline.
	guarantee("B2", "soft-disabled " figure("soft_disables") " times for " figure("timers") " timers, " \
		"at most once for each and once more",
		v("soft_disables") >= 1 && v("soft_disables") <= v("timers") + 1 + v("forced_exits"))
	guarantee("B3", "every deadline was written: " figure("deadline_entries"), v("deadline_entries") >= v("timers"))
	counters_agree()

	on(label, "timer-seq")
	guest_right("B3")
	guarantee("B1", "no write of the pin controls",
		v("pin_control_writes") == 0 && v("vmcs01_pin_control_writes") == 0)
	counters_agree()

	on(label, "idle-spin")
	guest_right("B2")
	guarantee("B2", "soft-disabled " figure("soft_disables") " time(s) in " figure("vmcs01_entries") " entries",
		v("soft_disables") == 1 && v("vmcs01_entries") > 1)
	guarantee("B5", "no timer exit", v("timer_exits") == 0)
}

# B1 and B4 in guests that are an L1.
function nested_ones(label,    k, n, names)
{
	n = split("nested-cpuid nested-cpuid-timer nested-timer-spin nested-timer-halt nested-ptimer " pin " " \
		  forced, names, " ")
	for (k = 1; k <= n; k++) {
		on(label, names[k])
		guest_right("B1")
		bit_in_every_vmcs()
		counters_agree()
		# That holds for nested-pin too: L0 emulates the pin controls that L1 changes in
		# vmcs12, or has them set already.
		guarantee("B1", "no write of vmcs01's or vmcs02's pin controls, warm",
			v("vmcs01_pin_control_writes") == 0 && v("vmcs02_pin_control_writes") == 0)
	}
	on(label, "nested-ptimer")
	guarantee("B1", "L1's own timer did not use the host's: " figure("timer_exits") " timer exits", v("timer_exits") == 0)
	if (forced == "")
		return
	on(label, forced)
	guarantee("B4", figure("forced_exits") " forced exits in " figure("vmcs02_entries") " entries of L2, each by the timer",
		v("forced_exits") >= 0.9 * v("count") && v("vmcs02_timer_exits") == v("forced_exits"))
	guarantee("B4", "L2 had executed nothing in " figure("untouched") " of " figure("count"),
		v("untouched") >= v("count") - forgotten())
}

# B5, on a build whose soft-disabled timer runs out soon.
function spurious(label, least,    k, n, names)
{
	on(label, "idle-spin")
	guest_right("B5")
	guarantee("B5", figure("spurious_exits") " spurious exits, at least " least, v("spurious_exits") >= least)
	guarantee("B5", "the trace of exits counts as many: " figure("trace_timer_exits"),
		v("trace_timer_exits") == v("timer_exits"))
	guarantee("B5", "all timer exits were spurious, in a guest that has no timer", v("timer_exits") == v("spurious_exits"))
	guarantee("B2", "soft-disabled " figure("soft_disables") " time(s) all the same", v("soft_disables") == 1)

	n = split("idle-timer timer-spin timer-seq nested-idle-spin nested-ptimer nested-timer-spin", names, " ")
	for (k = 1; k <= n; k++) {
		on(label, names[k])
		guest_right("B5")
		# timer-spin always has a deadline, so its timer is never soft-disabled for long:
		# all timer exits are for deadlines.
		if (names[k] ~ /timer-spin/)
			guarantee("B5", figure("spurious_exits") " spurious exits among " figure("timer_exits") " timer exits for " \
				figure("timers") " timers, which must be none",
				v("spurious_exits") == 0 && v("timer_exits") >= 0.9 * v("timers"))
		else
			guarantee("B5", figure("spurious_exits") " spurious exits among " figure("timer_exits") " timer exits",
				v("spurious_exits") > 0)
		counters_agree()
	}
}

# The full count itself: 2^32 - 1 ticks at rate 0, which last 42.9 s. The guest halts for 150 s, of
# which the host needs 10 s until it leaves the CPU alone: time for three of them, not for four. The
# ticks from one exit to the next include what KVM does until the VM entry.
function natural_ones()
{
	on("natural", "halt")
	guarantee("B5", "KVM_RUN was called " figure("runs") " time(s) and returned when the time was up (" figure("end") ")",
		is("runs", 1) && figure("end") == "timeout")
	guarantee("B5", figure("spurious_exits") " natural spurious exits, " figure("timer_exits") " timer exits, " \
		figure("trace_timer_exits") " of them traced: 3",
		is("spurious_exits", 3) && is("timer_exits", 3) && is("trace_timer_exits", 3))
	guarantee("B5", figure("trace_least") " to " figure("trace_most") " TSC ticks after the exit before, at least 4294967295",
		v("trace_least") >= 4294967295 && v("trace_most") <= 4294967295 + 100000)
	guarantee("B2", "soft-disabled " figure("soft_disables") " time(s)", is("soft_disables", 1))
}

# The trace events must agree with the counters in number and reason, and have the right values.
function events(    k, n, names, e, m, counters)
{
	m = split("deadline_entries soft_disables forced_exits spurious_exits pin_control_writes", counters, " ")
	n = split("events:timer-spin events:nested-timer-spin " (forced == "" ? "" : "events:" forced " ") \
		  "events-soft:idle-spin", names, " ")
	for (k = 1; k <= n; k++) {
		on(substr(names[k], 1, index(names[k], ":") - 1), substr(names[k], index(names[k], ":") + 1))
		guest_right("events")
		for (e = 1; e <= m; e++)
			guarantee("events", "of " counters[e] " " figure("trace_" counters[e]) " were traced and " \
				figure("trace_counted_" counters[e]) " counted",
				v("trace_" counters[e]) == v("trace_counted_" counters[e]))
		guarantee("events", figure("trace_wrong") " had a wrong field, " figure("trace_lost_events") " were lost",
			!v("trace_wrong") && !v("trace_lost_events"))
	}
	on("events", "timer-spin")
	guarantee("events", "deadlines lie ahead in " figure("trace_ahead") " of them", v("trace_ahead") >= v("timers"))
	guarantee("events", "the pin controls of the new VMCS were traced", v("trace_pin_control_writes") > 0)
	on("events", "nested-timer-spin")
	guarantee("events", figure("trace_vmcs02") " were about L2's VMCS", v("trace_vmcs02") > 0)
	on("events-soft", "idle-spin")
	guarantee("events", "there were spurious exits", v("trace_spurious_exits") > 0)
	if (forced == "")
		return
	on("events", forced)
	guarantee("events", "there were forced exits", v("trace_forced_exits") > 0)
}

# B6: nothing uses the timer with preemption_timer=0.
function off(    k, n, names)
{
	on("off", "parameter")
	guarantee("B6", "preemption_timer shows N", parameter[L] == "N")
	guarantee("B8", "the log names the parameter: " log_line[L],
		log_line[L] ~ /^kvm_intel: hv timer off: switched off by preemption_timer=0 \(rate/)
	n = split("timer-spin timer-halt timer-seq nested-cpuid-timer nested-timer-spin nested-ptimer " pin " " \
		  forced, names, " ")
	for (k = 1; k <= n; k++) {
		on("off", names[k])
		guest_right("B6")
		guarantee("B6", "the timer bit is in no VMCS that was entered",
			v("vmcs01_entries") > 0 && v("vmcs01_timer_bit_entries") == 0 &&
			v("vmcs02_timer_bit_entries") == 0)
		guarantee("B6", "no timer exit, no write of the value",
			v("vmcs01_timer_exits") + v("vmcs02_timer_exits") == 0 && v("timer_value_writes") == 0 &&
			v("vmcs01_timer_value_writes") + v("vmcs02_timer_value_writes") + v("new_timer_value_writes") == 0)
	}
	if (forced == "")
		return
	on("off", forced)
	guarantee("B6", "forced exits work by IPI: L2 had executed nothing in " figure("untouched") " of " figure("count"),
		v("untouched") >= v("count") - forgotten())
}

# B9: L1 finds the same VMX capabilities as on stock.
function capabilities()
{
	on("always-on", "nested-msrs")
	guarantee("B9", split(msrs["always-on"], unused, " ") " VMX capability MSRs are what L1 reads on stock",
		split(msrs["always-on"], unused, " ") >= 17 && msrs["always-on"] == msrs["stock"])
	on("off", "nested-msrs")
	guarantee("B9", "they are with preemption_timer=0 too",
		split(msrs["off"], unused, " ") >= 17 && msrs["off"] == msrs["stock-off"])
}

# Returns the length of a round trip in instructions, which is what the emulator's clock counts.
# They are no cycles. The guest reads the clock before an exit and after it. The difference is what
# the host has executed, and the two guest instructions around the exit.
#
# A timer's round trip is the time to set it, and the time from its deadline to the guest's handler,
# without the wait. In a halted guest it differs by a hundred instructions from run to run, because
# the host idles differently. So timers run twice on each module, and the shorter run counts.
function round_trip(label,    first, second)
{
	L = label
	if (W !~ /^timer/)
		return v("step_median")
	first = v("step_median") + v("late_median")
	L = label "-again"
	second = v("step_median") + v("late_median")
	L = label
	return first < second ? first : second
}

# Rounded, the ratio to stock must be 1.000: less than 0.05 % more. Timers may take 0.1 % more, and
# in a halted guest 1 %, because they differ from run to run and between two builds of the same
# kernel: by 3 instructions in a spinning guest, and by a hundred in a halted one.
function not_longer(    stock, ours, more)
{
	stock = round_trip("path-stock")
	ours = round_trip("path-always-on")
	more = slack + (W == "timer-halt" ? 1 : W == "timer-spin" ? 0.1 : 0.05)
	guarantee("B10", "a round trip is " ours " instructions, on stock " stock ", less than " more " % more",
		stock > 0 && ours > 0 && ours < stock * (1 + more / 100))
}

# B10: the nine workloads of the benchmark, and an exit to the VMM.
function path(    k, n, names)
{
	n = split("cpuid pio rearm-1 rearm-10 rearm-100 timer-spin timer-halt nested-cpuid nested-cpuid-timer" \
		(forced ? " forced-steps" : ""), names, " ")
	for (k = 1; k <= n; k++) {
		on("path-always-on", names[k])
		guest_right("B10")
		not_longer()
	}
}

# Whether the scene was run.
function wants(scene)
{
	return index(" " scenes " ", " " scene " ")
}

END {
	if (wants("path"))
		path()
	if (wants("run")) {
		plain("always-on")
		on("always-on", "timer-spin")
		guarantee("B3", timers " timers in one run", v("timers") >= timers)
		nested_ones("always-on")
		on_line()
	}
	if (wants("off")) {
		spurious("soft", 100000)
		off()
		unknown("unknown", "off: its full count lasts under 10 s \\(rate 0", "0\\.858")
		on("known", "log")
		guarantee("B7", "on when it is known again: " log_line[L], state[L] == "on" && log_line[L] !~ /assumed/)
		on("known", "timer-spin")
		guest_right("B7")
	}
	if (models) {
		rate(5, "13[0-9][0-9]")
		unknown("rate-5-unknown", "on \\(rate 5", "27\\.487")
		rate(7, "5[45][0-9][0-9]")
		unknown("rate-7-unknown", "on \\(rate 7", "109\\.951")
		emr158()
	}
	if (natural)
		natural_ones()
	if (wants("events"))
		events()
	if (wants("reasons"))
		reasons()
	if (wants("run") && wants("off"))
		capabilities()
	if (wants("l1"))
		l1()
	if (apicv)
		refreshed()
	if (wants("l1") && hyperv)
		evmcs()
}
