# SPDX-License-Identifier: GPL-2.0-only
#
# For tests/machine/guarantees, with guarantees.awk: the guarantees on other CPUs than the
# emulator's usual one. There are CPUs whose timer is not used, has another rate or an erratum, a
# CPU with posted interrupts, and QEMU's, with KVM's nested VMX.

# The module's log line and state on the emulator's usual CPU.
function on_line()
{
	on("always-on", "log")
	guarantee("B8", log_line[L], log_line[L] ~ /^kvm_intel: hv timer on \(rate 0, TSC (99|100)[0-9][0-9][0-9][0-9][0-9][0-9] Hz, full count 4[0-9]\.[0-9]+ s\)$/)
	guarantee("B7", "on at 100 MHz", state[L] == "on" && parameter[L] == "Y")
}

# The reasons to leave the timer off, and the cap of EMR158, on CPUs that the packaged emulator has.
function reasons()
{
	on("short", "log")
	guarantee("B8", log_line[L], log_line[L] ~ /^kvm_intel: hv timer off: its full count lasts under 10 s \(rate 0, TSC [0-9]+ Hz, full count 4\.[0-9]+ s\)$/)
	guarantee("B7", "off at 1 GHz", state[L] == "off" && parameter[L] == "N")
	on("short", "timer-spin")
	guest_right("B7")
	guarantee("B7", "the timer bit is in no VMCS that was entered",
		v("vmcs01_entries") > 0 && v("vmcs01_timer_bit_entries") == 0)

	on("erratum", "log")
	guarantee("B8", log_line[L], log_line[L] ~ /^kvm_intel: hv timer off: this CPU's VMX preemption timer has an erratum/)
	guarantee("B8", "off by the erratum", state[L] == "off" && parameter[L] == "N")
	on("erratum", "timer-spin")
	guest_right("B8")

	on("none", "log")
	guarantee("B8", log_line[L], log_line[L] ~ /^kvm_intel: hv timer off: this CPU has no VMX preemption timer/)
	guarantee("B8", "off, because the CPU has no such control", state[L] == "off" && parameter[L] == "N")

	on("capped", "log")
	guarantee("B11", log_line[L], log_line[L] ~ /^kvm_intel: hv timer on \(rate 0, TSC [0-9]+ Hz, full count 30\.[0-9]+ s, values capped at 0xb7ffffff by erratum EMR158\)$/)
	on("capped", "timer-spin")
	guest_right("B11")
	guarantee("B11", figure("trace_soft_disables") " soft-disables were traced, " figure("trace_wrong") \
		" values were wrong", v("trace_soft_disables") > 0 && !v("trace_wrong"))
}

# On a kernel that does not know its TSC's frequency the unit assumes 5 GHz. KVM runs no guest
# there.
function unknown(label, wanted, full)
{
	on(label, "log")
	guarantee("B8", log_line[L], log_line[L] ~ ("^kvm_intel: hv timer " wanted ", TSC 5000000000 Hz assumed, full count " full " s\\)$"))
	guarantee("B7", "without a TSC frequency it is " state[L], state[L] == (wanted ~ /^on/ ? "on" : "off") &&
		parameter[L] == (wanted ~ /^on/ ? "Y" : "N"))
}

# An L1 whose VMX is emulated by KVM, with a timer of rate 5. A timer whose value is not shifted by
# 5 is late.
function l1()
{
	on("l1/rate", "log")
	guarantee("B8", log_line[L], log_line[L] ~ /^kvm_intel: hv timer on \(rate 5, TSC [0-9]+ Hz, full count 13[0-9][0-9]\.[0-9]+ s\)$/)
	plain(L)
	on("l1/rate", "timer-spin")
	guarantee("B3", "lateness " figure("late_mean") " ticks in the mean, at most 100,000",
		v("late_mean") > 0 && v("late_mean") <= 100000)
	on("l1/rate", "timer-halt")
	guest_right("B3")
	bit_in_every_vmcs()
	counters_agree()
	# nested-pin is left out: an exit to L1 takes longer there than a timer of that workload.
	pin = ""
	nested_ones(L)

	# CPUID.1:EAX of a Xeon E3-1220 v2.
	on("l1/broken", "log")
	guarantee("B11", log_line[L], log_line[L] ~ /^kvm_intel: hv timer off: this CPU's VMX preemption timer has an erratum/)
	guarantee("B11", "off by the erratum", state[L] == "off" && parameter[L] == "N")
	on("l1/broken", "timer-spin")
	guest_right("B11")
}

# An L1 on the Hyper-V that QEMU offers. The enlightened VMCS has no field for the timer's value.
function evmcs(    k, n, names, lines)
{
	on("l1/evmcs", "log")
	split(log_line[L], lines, "\n")
	guarantee("B8", lines[1], lines[1] ~ /: using Hyper-V Enlightened VMCS$/)
	guarantee("B8", lines[2], lines[2] ~ /^kvm_intel: hv timer off: Hyper-V's enlightened VMCS has no VMX preemption timer \(/)
	guarantee("B8", "off, because the VMCS has no such field", state[L] == "off" && parameter[L] == "N")
	n = split("timer-spin timer-halt timer-seq idle-spin", names, " ")
	for (k = 1; k <= n; k++) {
		on("l1/evmcs", names[k])
		guest_right("B8")
		guarantee("B8", "the timer bit is in no VMCS that was entered, no value was written",
			v("vmcs01_entries") > 0 && v("vmcs01_timer_bit_entries") == 0 &&
			v("vmcs01_timer_value_writes") + v("new_timer_value_writes") == 0)
	}
}

# KVM writes the pin controls of a running vCPU whenever its APICv is inhibited or allowed again.
# The timer's bit must not change then.
function refreshed(    k, n, names)
{
	n = split("timer-spin timer-halt", names, " ")
	for (k = 1; k <= n; k++) {
		on("apicv", names[k])
		guest_right("B1")
		bit_in_every_vmcs()
		counters_agree()
		guarantee("B1", "APICv was refreshed " figure("trace_refreshes") " times for " figure("apicv_changes") \
			" changes, at least 100 times", v("trace_refreshes") >= 100)
		guarantee("B1", "the pin controls were written " figure("trace_refresh_writes") " times, by the refreshes alone",
			v("trace_refresh_writes") == v("trace_refreshes") && v("pin_control_writes") == v("trace_refreshes"))
		guarantee("B1", "the bit for posted interrupts is all that changed, the timer's stayed, in all of them",
			is("trace_wrong_kinds", 0))
	}
}

# The value is shifted by the rate. One that is not shifted lasts 2^rate times as long. One that is
# shifted too far runs out early, and KVM enters the guest again until the timer is due.
function rate(n, full,    label, ours, zero)
{
	label = "rate-" n
	on(label, "log")
	guarantee("B8", log_line[L], log_line[L] ~ ("^kvm_intel: hv timer on \\(rate " n ", TSC [0-9]+ Hz, full count " full "\\.[0-9]+ s\\)$"))
	plain(label)
	ours = usual_lateness(label)
	zero = usual_lateness("emr158")
	on(label, "timer-spin")
	guarantee("B3", "lateness " ours " ticks in the median, at rate 0 " zero,
		ours > 0 && ours <= 1.25 * zero + 2 ^ n)
	nested_ones(label)
	# 4,000 times 100,000 ticks, and 125 timer ticks for each.
	spurious(label "-soft", int(4000 * 100000 / (125 * 2 ^ n) / 2))
}

# Returns the median lateness of timer-spin.
function usual_lateness(label)
{
	L = label
	W = "timer-spin"
	return v("late_median")
}

# B11 on a CPU model that has erratum EMR158. The stock module shows that it has.
function emr158(    k, n, names)
{
	on("emr158", "log")
	guarantee("B11", log_line[L], log_line[L] ~ /^kvm_intel: hv timer on \(rate 0, TSC [0-9]+ Hz, full count 30\.[0-9]+ s, values capped at 0xb7ffffff by erratum EMR158\)$/)
	n = split("timer-spin timer-halt timer-far idle-spin nested-cpuid-timer nested-timer-spin nested-ptimer", names, " ")
	for (k = 1; k <= n; k++) {
		on("emr158", names[k])
		guest_right("B11")
	}
	on("emr158", "idle-spin")
	guarantee("B11", figure("trace_soft_disables") " soft-disables were traced, " figure("trace_wrong") \
		" with another value than the cap", v("trace_soft_disables") > 0 && !v("trace_wrong"))
	on("emr158", "timer-far")
	guarantee("B11", figure("timers") " deadlines beyond the cap, at least 20", v("timers") >= 20)
	on("emr158-stock", "timer-far")
	guarantee("B11", "the stock module is early in " figure("early") " of " figure("count") ": the CPU has the erratum",
		v("count") >= 20 && v("early") == v("count"))
}
