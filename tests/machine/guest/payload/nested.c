// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload as a hypervisor, L1, with a guest, L2: exits of L2 without timers,
 * timers of L1, the preemption timer of vmcs12, and interrupts that are pending
 * when L1 enters L2.
 *
 * L1 has interrupts off except in irq_window(), L2 has them on.
 */
#include "timer.h"
#include "vmx.h"

#define LATE		1000000		/* a timer so late is lost while L2 exits all the time */
#define FAR_TICKS	50000000	/* a deadline that is never waited for */

#define VECTOR_GP	13

static uint64_t l2_counter;

/* What L2 does. */

static void l2_vmcall(void)
{
	for (;;)
		vmcall();
}

static void l2_pio(void)
{
	for (;;)
		port_write(PORT_NOTHING, 0);
}

static void l2_count(void)
{
	for (;;) {
		WRITE_ONCE(l2_counter, l2_counter + 1);
		cpuid_ecx(0);
	}
}

/* Spins until an exit ends it. VMCALL tells L1 that none came. */
static void l2_spin(void)
{
	for (;;) {
		spin_until(rdtsc() + BOUND);
		vmcall();
	}
}

static void l2_idle(void)
{
	for (;;) {
		spin_until(rdtsc() + TICKS);
		vmcall();
	}
}

static void l2_halt(void)
{
	for (;;)
		asm volatile("hlt" : : : "memory");
}

/* What L1 does. */

static uint32_t enter(struct shared *s)
{
	uint32_t reason = vmx_enter();

	if (reason != EXIT_NONE)
		s->l1_exits++;
	return reason;
}

/* Counts an exit that must not come. A failed VM entry is counted by vmx_enter(). */
static void not_expected(struct shared *s, uint32_t reason)
{
	if (reason == EXIT_NONE)
		return;
	s->unexpected++;
	s->last_unexpected = reason;
}

static bool go_on(const struct shared *s)
{
	return s->done < s->count && !hopeless(s);
}

/* Keeps a timer set that is far away, and moves it long before it is due. */
static void keep_far_timer(void)
{
	uint64_t now = rdtsc();

	if (!timer_running())
		timer_start(now + FAR_TICKS);
	else if (timer_deadline() < now + FAR_TICKS / 2)
		timer_restart(now + FAR_TICKS);
}

static void exits(struct shared *s, void (*code)(void), uint32_t wanted, bool with_timer)
{
	uint64_t start;
	uint32_t reason;

	timers_init(s);
	if (!vmx_start(s))
		return;
	vmx_prepare(code);
	while (go_on(s)) {
		if (with_timer)
			keep_far_timer();
		start = rdtsc();
		reason = enter(s);
		if (reason != wanted) {
			not_expected(s, reason);
			irq_window();
			continue;
		}
		step_took(s, start);
		vmx_skip_instruction();
		done_once(s);
	}
	timer_cancel();
}

static void nested_cpuid(struct shared *s)
{
	exits(s, l2_cpuid, EXIT_CPUID, false);
}

static void nested_vmcall(struct shared *s)
{
	exits(s, l2_vmcall, EXIT_VMCALL, false);
}

static void nested_pio(struct shared *s)
{
	exits(s, l2_pio, EXIT_IO, false);
}

static void nested_cpuid_timer(struct shared *s)
{
	exits(s, l2_cpuid, EXIT_CPUID, true);
}

static void nested_idle_spin(struct shared *s)
{
	exits(s, l2_idle, EXIT_VMCALL, false);
}

/* After an exit for L1's timer: exactly one interrupt must be pending. */
static void take_timer(struct shared *s)
{
	uint64_t seen = s->taken + s->stray;

	irq_window();
	if (s->taken + s->stray != seen + 1)
		not_expected(s, EXIT_EXTERNAL_INTERRUPT);
}

/* Enters L2 anew for each timer. L2 runs, or is halted, until the timer's exit to L1. */
static void timers(struct shared *s, void (*code)(void))
{
	uint32_t reason;

	timers_init(s);
	if (!vmx_start(s))
		return;
	while (go_on(s)) {
		vmx_prepare(code);
		timer_start(rdtsc() + timer_ticks(s));
		reason = enter(s);
		if (reason == EXIT_EXTERNAL_INTERRUPT)
			take_timer(s);
		else if (reason != EXIT_VMCALL)
			not_expected(s, reason);
		if (timer_running())
			timer_give_up();
		done_once(s);
	}
}

static void nested_timer_spin(struct shared *s)
{
	timers(s, l2_spin);
}

static void nested_timer_halt(struct shared *s)
{
	timers(s, l2_halt);
}

/*
 * The preemption timer of vmcs12. VM entry loads it, and it counts down by 1
 * whenever the TSC's bit number "rate" changes. The exit for it must come once,
 * and must not come when the timer is off.
 */
static void nested_ptimer(struct shared *s)
{
	uint32_t off, on, rate, reason;
	uint64_t begin, now;

	timers_init(s);
	if (!vmx_start(s))
		return;
	off = vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT);
	on = vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT | PIN_PREEMPTION_TIMER);
	rate = rdmsr(MSR_VMX_MISC) & MISC_TIMER_RATE;
	while (go_on(s)) {
		vmcs_write(PIN_CONTROLS, on);
		vmcs_write(PREEMPTION_TIMER_VALUE, TICKS >> rate);
		vmx_prepare(l2_spin);
		s->timers++;
		begin = rdtsc();
		reason = enter(s);
		now = rdtsc();
		if (reason == EXIT_PREEMPTION_TIMER)
			timer_note(s, ((begin >> rate) + (TICKS >> rate)) << rate, now);
		else if (reason == EXIT_VMCALL)
			s->lost++;
		else
			not_expected(s, reason);

		vmcs_write(PIN_CONTROLS, off);
		vmx_prepare(l2_idle);
		reason = enter(s);
		if (reason != EXIT_VMCALL)
			not_expected(s, reason);
		done_once(s);
	}
}

/* L1 changes the pin controls at each VM entry, and its own timers must go on. */
static void nested_pin(struct shared *s)
{
	static const uint32_t pins[] = {
		0, PIN_PREEMPTION_TIMER, PIN_NMI, PIN_PREEMPTION_TIMER | PIN_NMI, PIN_NMI, 0,
	};
	uint32_t pin, reason;

	timers_init(s);
	if (!vmx_start(s))
		return;
	vmcs_write(PREEMPTION_TIMER_VALUE, INT32_MAX);
	vmx_prepare(l2_cpuid);
	while (go_on(s)) {
		if (!timer_running())
			timer_start(rdtsc() + timer_ticks(s));
		pin = pins[s->l1_exits % ARRAY_SIZE(pins)];
		vmcs_write(PIN_CONTROLS,
			   vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT | pin));
		reason = enter(s);
		if (reason == EXIT_CPUID) {
			vmx_skip_instruction();
			done_once(s);
		} else if (reason == EXIT_EXTERNAL_INTERRUPT) {
			take_timer(s);
		} else {
			not_expected(s, reason);
		}
		if (timer_running() && rdtsc() >= timer_deadline() + LATE)
			timer_give_up();
	}
	if (timer_running())
		timer_wait(WAIT_SPINNING);
}

/*
 * L1 has an interrupt pending when it enters L2, so L2 must exit for it before
 * its first instruction. L0 must enter L2 all the same, and force an exit at
 * once. After that L2 runs for one CPUID.
 */
static void nested_force(struct shared *s)
{
	uint64_t rip, taken, counter;
	uint32_t reason;

	timers_init(s);
	self_ipi_init();
	if (!vmx_start(s))
		return;
	vmx_prepare(l2_count);
	while (go_on(s)) {
		rip = vmcs_read(GUEST_RIP);
		taken = self_ipis();
		counter = READ_ONCE(l2_counter);
		self_ipi();
		reason = enter(s);
		if (reason != EXIT_EXTERNAL_INTERRUPT)
			not_expected(s, reason);
		else if (vmcs_read(GUEST_RIP) == rip && READ_ONCE(l2_counter) == counter)
			s->untouched++;
		irq_window();
		if (self_ipis() == taken)
			s->lost++;
		if (self_ipis() > taken + 1)
			s->stray++;

		if (reason == EXIT_EXTERNAL_INTERRUPT)
			reason = enter(s);
		if (reason != EXIT_CPUID || READ_ONCE(l2_counter) != counter + 1)
			not_expected(s, reason);
		else
			vmx_skip_instruction();
		done_once(s);
	}
}

static uint64_t faults;

__attribute__((interrupt)) static void general_protection(struct interrupt_frame *frame,
							  uint64_t error)
{
	(void)error;
	WRITE_ONCE(faults, faults + 1);
	WRITE_ONCE(frame->ip, frame->ip + 2);	/* behind RDMSR */
}

static void nested_msrs(struct shared *s)
{
	set_handler(VECTOR_GP, general_protection);
	while (s->done < s->count && s->msrs < VMX_MSRS) {
		struct vmx_msr *msr = &s->msr[s->msrs];

		WRITE_ONCE(faults, 0);
		msr->value = rdmsr(VMX_MSR_FIRST + s->msrs);
		msr->faults = READ_ONCE(faults);
		s->msrs++;
		s->done++;
	}
}

WORKLOAD(workload_nested_cpuid, "nested-cpuid", 5000, nested_cpuid,
	 "L2 exits to L1 by CPUID");
WORKLOAD(workload_nested_vmcall, "nested-vmcall", 5000, nested_vmcall,
	 "L2 exits to L1 by VMCALL");
WORKLOAD(workload_nested_pio, "nested-pio", 2000, nested_pio,
	 "L2 exits to L1 by a port write");
WORKLOAD(workload_nested_cpuid_timer, "nested-cpuid-timer", 5000, nested_cpuid_timer,
	 "as nested-cpuid, with a far timer set in L1");
WORKLOAD(workload_nested_timer_spin, "nested-timer-spin", 500, nested_timer_spin,
	 "timers of L1 that run out while L2 spins");
WORKLOAD(workload_nested_timer_halt, "nested-timer-halt", 500, nested_timer_halt,
	 "timers of L1 that run out while L2 is halted");
WORKLOAD(workload_nested_ptimer, "nested-ptimer", 500, nested_ptimer,
	 "vmcs12's own preemption timer, on and off in turn");
WORKLOAD(workload_nested_pin, "nested-pin", 2000, nested_pin,
	 "L1 changes vmcs12's pin controls at each entry, and has timers");
WORKLOAD(workload_nested_force, "nested-force", 1000, nested_force,
	 "L1 enters L2 with an interrupt pending: L2 must execute nothing");
WORKLOAD(workload_nested_idle_spin, "nested-idle-spin", 200, nested_idle_spin,
	 "L2 spins, and no timer is set");
WORKLOAD(workload_nested_msrs, "nested-msrs", VMX_MSRS, nested_msrs,
	 "read the VMX capability MSRs");
