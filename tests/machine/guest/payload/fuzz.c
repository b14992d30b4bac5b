// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random ones of all that the timer has to do with: deadlines of L1's that are past,
 * now, near, far, never, or behind the TSC's wrap, set, moved and called off, waited
 * for in L1 or while L2 runs; pin controls of vmcs12, allowed or not, and values of
 * its timer. What must come of each is known.
 *
 * L1 has interrupts off but while it waits, L2 has them on.
 */
#include "timer.h"
#include "vmx.h"

#define SLACK		2000000		/* what is that much too late does not come any more */
#define MARGIN		20000		/* within that KVM may have an interrupt pend already */
#define INVALID_CONTROL	7		/* the number of that VM-instruction error */

#define MSR_X2APIC_IN_SERVICE	0x812	/* of vectors 0x40 to 0x5f */
#define MSR_VMX_BASIC_TRUE	(1ull << 55)

/*
 * L2's orders: until when, and whether to end when L1's timer has been taken. And when it
 * looked last: what was to end it before must have come by then, whereas the vCPU may be
 * kept waiting between L2's end and the next thing that L1 does.
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

/* The timer's interrupt may have been taken here before. */
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

/* Of any length. */
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
 * Sets, moves, or calls off L1's timer. A far one is not waited for. One that is just
 * about to come is, for KVM has it expire a little early and holds a guest back that
 * would take it then, but not one that has interrupts off and calls it off.
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
 * Whether L0 has to refuse them (SDM volume 3, "VM-Execution Control Fields"): posted
 * interrupts need controls that are never set here.
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

/* After an exit for L1's interrupt: it is there, and one is enough. */
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
 * Without external-interrupt exiting L1's interrupt is taken in L2, where its handler
 * may have been left before its end: an exit for its WRMSR always is its last but one.
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

/* L2 runs until something ends it that was asked for, or until what was asked for is lost. */
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
	/* It may have come due just now, and the vCPU be kept waiting. */
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
