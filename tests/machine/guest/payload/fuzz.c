// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random timers and nested entries. L1 sets, moves and calls off deadlines that are past,
 * now, near, far, never, or behind the TSC's wrap. It waits for them, or runs L2 meanwhile.
 * vmcs12 gets random pin controls, allowed or not, and random values of its timer. For each
 * of these the right outcome is known, and is checked.
 *
 * L1 has interrupts off except while it waits, L2 has them on.
 */
#include "timer.h"
#include "vmx.h"

#define SLACK		2000000		/* a timer that is so much too late is lost */
#define MARGIN		20000		/* KVM may have the interrupt pending this much earlier */
#define INVALID_CONTROL	7		/* VM-instruction error: invalid control fields */

#define MSR_X2APIC_IN_SERVICE	0x812	/* of vectors 0x40 to 0x5f */
#define MSR_VMX_BASIC_TRUE	(1ull << 55)

/*
 * What L1 tells L2: how long to run, and whether to end when L1's timer has been taken.
 * l2_looked is the last time at which L2 ran: all that was due before must have ended it.
 * The time of L1's next instruction would not do, because the vCPU may be kept waiting
 * before that.
 */
static uint64_t l2_until, l2_looked;
static bool l2_with_timer;

static bool l2_goes_on(void)
{
	uint64_t now = rdtsc();

	WRITE_ONCE(l2_looked, now);
	return now < READ_ONCE(l2_until) && (!READ_ONCE(l2_with_timer) || timer_running());
}

static void l2_spin(void)
{
	while (l2_goes_on())
		;
	for (;;)
		vmcall();
}

static void l2_exit(void)
{
	while (l2_goes_on())
		cpuid_ecx(0);
	for (;;)
		vmcall();
}

/* L2 may have taken the timer's interrupt already: then it must not halt. */
static void l2_halt(void)
{
	irq_disable();
	if (timer_running())
		irq_enable_and_halt();
	irq_enable();
	l2_goes_on();
	for (;;)
		vmcall();
}

static uint64_t any64(void)
{
	return below(1ull << 32) << 32 | below(1ull << 32);
}

/* Returns a random number of up to 64 bits, in which each length is as likely. */
static uint64_t any_length(void)
{
	return any64() >> below(64);
}

static bool timer_within(uint64_t ticks)
{
	uint64_t now = rdtsc();

	return timer_running() && (timer_deadline() <= now || timer_deadline() - now <= ticks);
}

static bool timer_near(void)
{
	return timer_within(2 * TICKS);
}

/*
 * Sets, moves, or calls off L1's timer. If it is about to come, waits for it first: KVM
 * lets a timer expire a little early, and holds the guest back until it is due. A guest that
 * has interrupts off and calls it off is not held back.
 */
static void some_timer(void)
{
	uint64_t now, far, time;

	if (timer_within(MARGIN))
		timer_wait(WAIT_SPINNING);
	now = rdtsc();
	far = now + (1ull << (33 + below(31))) + below(1ull << 32);

	switch (below(8)) {
	case 0:
		timer_cancel();
		return;
	case 1:
		return;
	case 2:
		time = now - 1 - below(now);		/* past, or behind the wrap */
		break;
	case 3:
		time = now + below(64);
		break;
	case 4:
		time = far > now ? far : ~0ull;
		break;
	case 5:
		time = ~0ull - below(1ull << 32);
		break;
	default:
		time = now + below(2 * TICKS);
		break;
	}
	timer_restart(time);
}

static bool timer_overdue(void)
{
	uint64_t now = rdtsc();

	return timer_running() && now > timer_deadline() && now - timer_deadline() > SLACK;
}

/*
 * Returns whether L0 must refuse these pin controls (SDM volume 3, "VM-Execution Control
 * Fields"). Posted interrupts need controls that are never set here.
 */
static bool invalid(uint32_t pin)
{
	bool exact = rdmsr(MSR_VMX_BASIC) & MSR_VMX_BASIC_TRUE;
	uint64_t capability = rdmsr(exact ? MSR_VMX_TRUE_PIN_CONTROLS : MSR_VMX_PIN_CONTROLS);
	uint32_t on = capability, possible = capability >> 32;

	return (pin & on) != on || (pin & ~possible) ||
		((pin & PIN_VIRTUAL_NMIS) && !(pin & PIN_NMI)) || (pin & PIN_POSTED_INTERRUPTS);
}

static uint32_t some_pin_controls(void)
{
	uint32_t pin = vmx_allowed(MSR_VMX_PIN_CONTROLS, below(1ull << 32));

	switch (below(4)) {
	case 0:
		return pin ^ 1u << below(32);
	case 1:
		return vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT |
				   (below(2) ? PIN_PREEMPTION_TIMER : 0));
	default:
		pin &= ~PIN_POSTED_INTERRUPTS;
		return pin & PIN_NMI ? pin : pin & ~PIN_VIRTUAL_NMIS;
	}
}

/* After an exit for L1's interrupt: exactly one must be pending. Returns whether it was. */
static bool take_interrupt(void)
{
	uint64_t seen = timer_interrupts(), end = rdtsc() + MARGIN;

	irq_enable();
	while (timer_interrupts() == seen && rdtsc() < end)
		;
	irq_disable();
	return timer_interrupts() == seen + 1;
}

static void wrong(struct shared *s, uint32_t reason)
{
	s->unexpected++;
	s->last_unexpected = reason;
}

static uint32_t enter(struct shared *s, bool bad)
{
	uint64_t failed = s->vmfails;
	uint32_t reason = vmx_enter();

	if (reason != EXIT_NONE) {
		s->l1_exits++;
		if (bad)
			wrong(s, reason);
	} else if (bad && s->last_vmfail == INVALID_CONTROL) {
		s->vmfails = failed;
		s->refused++;
	}
	return reason;
}

/*
 * Without external-interrupt exiting L2 takes L1's interrupt, and may have exited in the
 * middle of the handler. Enters L2 until the handler has written the end of interrupt.
 */
static void let_handler_end(struct shared *s)
{
	uint32_t reason;

	while (rdmsr(MSR_X2APIC_IN_SERVICE) & 1 && !hopeless(s)) {
		vmcs_write(PIN_CONTROLS, vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT));
		reason = enter(s, false);
		if (reason == EXIT_MSR_WRITE)
			vmx_write_msr();
		if (reason == EXIT_MSR_WRITE || reason == EXIT_CPUID)
			vmx_skip_instruction();
		else
			wrong(s, reason);
	}
}

/* Runs L2 until a timer or interrupt ends it, or until that is overdue and so lost. */
static void run_l2(struct shared *s)
{
	uint32_t rate = rdmsr(MSR_VMX_MISC) & MISC_TIMER_RATE;
	uint32_t pin = some_pin_controls(), value = any_length() >> 32, reason;
	bool bad = invalid(pin), timer = pin & PIN_PREEMPTION_TIMER, soon;
	uint64_t begin, fires;

	if (below(2))
		value = below((2 * TICKS) >> rate);
	soon = timer && value <= (2u * TICKS) >> rate;
	fires = ((rdtsc() >> rate) + value) << rate;
	l2_until = rdtsc() + below(TICKS / 4);
	if (timer_near() && timer_deadline() > l2_until)
		l2_until = timer_deadline();
	if (soon && fires > l2_until)
		l2_until = fires;
	if (timer_near() || soon)
		l2_until += SLACK + SLACK / 2;
	l2_with_timer = timer_near() && !soon;

	if (timer_near() && below(2))
		vmx_prepare(l2_halt);
	else
		vmx_prepare(below(3) ? l2_spin : l2_exit);
	vmcs_write(PIN_CONTROLS, pin);
	vmcs_write(PREEMPTION_TIMER_VALUE, value);
	for (;;) {
		begin = rdtsc();
		reason = enter(s, bad);
		fires = ((begin >> rate) + value) << rate;
		if (reason == EXIT_CPUID) {
			vmx_skip_instruction();
			continue;
		}
		if (reason == EXIT_MSR_WRITE && !(pin & PIN_EXTERNAL_INTERRUPT)) {
			vmx_write_msr();
			vmx_skip_instruction();
			continue;
		}
		break;
	}
	if (reason == EXIT_PREEMPTION_TIMER && timer) {
		s->timers++;
		timer_note(s, fires, rdtsc());
	} else if (reason == EXIT_EXTERNAL_INTERRUPT && pin & PIN_EXTERNAL_INTERRUPT) {
		if (!take_interrupt())
			wrong(s, reason);
	} else if (reason == EXIT_VMCALL) {
		if (timer && READ_ONCE(l2_looked) > fires && READ_ONCE(l2_looked) - fires > SLACK)
			s->lost++;
	} else if (reason != EXIT_NONE || !bad) {
		wrong(s, reason);
	}
	if (reason != EXIT_NONE)
		let_handler_end(s);
	irq_window();
	/* The vCPU may have been kept waiting, so give an overdue timer one more chance. */
	if (timer_overdue()) {
		irq_window();
		if (timer_running())
			timer_give_up();
	}
}

static void fuzz(struct shared *s)
{
	timers_init(s);
	if (!vmx_start(s))
		return;
	while (s->done < s->count && !hopeless(s)) {
		some_timer();
		if (below(4))
			run_l2(s);
		if (timer_near() && below(4))
			timer_wait(below(WAITS));
		s->done++;
	}
	if (timer_near())
		timer_wait(WAIT_SPINNING);
	timer_cancel();
}

WORKLOAD(workload_fuzz, "fuzz", 1000, fuzz,
	 "random timers, and nested entries with random pin controls");
