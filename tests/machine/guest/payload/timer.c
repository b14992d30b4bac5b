// SPDX-License-Identifier: GPL-2.0-only
/*
 * Timers one after the other: all alike, waited for by spinning or by halting;
 * of random kinds; and with long times between them.
 */
#include "timer.h"

#define VECTOR		0x40
#define SELF_VECTOR	0x41

#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC_SPIV		0x80f
#define MSR_X2APIC_LVT_TIMER	0x832
#define MSR_X2APIC_SELF_IPI	0x83f

#define SPIV_ENABLED		0x1ff
#define HLT			0xf4
#define LVT_TSC_DEADLINE	(2 << 17)

#define FAR_TICKS	3200000000UL
#define FAR_SPIN	110000000

static struct shared *results;
static uint64_t deadline;	/* of the timer that is running, or 0 */
static uint64_t seed = 0x2545f4914f6cdd1d;
static uint64_t interrupts;	/* so far, of all timers */
static bool overtaken;		/* an earlier one's interrupt may still come */

void timer_note(struct shared *s, uint64_t time, uint64_t now)
{
	uint64_t late;

	if (now < time) {
		s->early++;
		s->taken++;
		return;
	}
	late = now - time;
	s->late[s->taken % SAMPLES] = late > UINT32_MAX ? UINT32_MAX : late;
	if (!s->taken || late < s->late_min)
		s->late_min = late;
	if (late > s->late_max)
		s->late_max = late;
	s->late_sum += late;
	s->taken++;
}

__attribute__((interrupt)) static void timer_interrupt(struct interrupt_frame *frame)
{
	uint64_t now = rdtsc();

	WRITE_ONCE(interrupts, interrupts + 1);
	/* It came between STI and HLT, where a CPU takes none. HLT would never end: skip it. */
	if (*(const uint8_t *)frame->ip == HLT) {
		WRITE_ONCE(frame->ip, frame->ip + 1);
		results->unshadowed++;
	}
	if (overtaken && (!deadline || now < deadline)) {
		overtaken = false;
	} else if (!deadline) {
		results->stray++;
	} else {
		timer_note(results, deadline, now);
		WRITE_ONCE(deadline, 0);
	}
	wrmsr(MSR_X2APIC_EOI, 0);
}

void timers_init(struct shared *s)
{
	results = s;
	if (s->seed)
		seed = s->seed;
	set_handler(VECTOR, timer_interrupt);
	wrmsr(MSR_X2APIC_SPIV, SPIV_ENABLED);
	wrmsr(MSR_X2APIC_LVT_TIMER, LVT_TSC_DEADLINE | VECTOR);
}

static uint64_t self_interrupts;

__attribute__((interrupt)) static void self_interrupt(struct interrupt_frame *frame)
{
	(void)frame;
	WRITE_ONCE(self_interrupts, self_interrupts + 1);
	wrmsr(MSR_X2APIC_EOI, 0);
}

void self_ipi_init(void)
{
	set_handler(SELF_VECTOR, self_interrupt);
}

void self_ipi(void)
{
	wrmsr(MSR_X2APIC_SELF_IPI, SELF_VECTOR);
}

uint64_t self_ipis(void)
{
	return READ_ONCE(self_interrupts);
}

void timer_start(uint64_t time)
{
	results->timers++;
	overtaken = false;
	deadline = time;
	wrmsr(MSR_TSC_DEADLINE, time);
}

/*
 * If the old deadline passes before the new one is in its place, an interrupt
 * for the old one may still come.
 */
static void replace(uint64_t time)
{
	wrmsr(MSR_TSC_DEADLINE, time);
	overtaken = rdtsc() >= deadline;
	if (overtaken)
		results->overtaken++;
	deadline = time;
}

void timer_restart(uint64_t time)
{
	if (!deadline) {
		timer_start(time);
		return;
	}
	results->rearmed++;
	replace(time);
}

void timer_cancel(void)
{
	if (!deadline)
		return;
	results->timers--;
	results->cancelled++;
	replace(0);
}

bool timer_running(void)
{
	return READ_ONCE(deadline);
}

uint64_t timer_interrupts(void)
{
	return READ_ONCE(interrupts);
}

uint64_t timer_deadline(void)
{
	return READ_ONCE(deadline);
}

void timer_give_up(void)
{
	results->lost++;
	overtaken = false;
	deadline = 0;
	wrmsr(MSR_TSC_DEADLINE, 0);
}

/*
 * Interrupts stay on while it spins: a guest that spins with interrupts off may
 * freeze a test machine. If a timer is lost, a halted guest stays halted until
 * the VMM's alarm ends it.
 */
void timer_wait(enum wait how)
{
	uint64_t bound = timer_deadline() + BOUND;

	if (how == WAIT_HALTED) {
		while (timer_running()) {
			irq_enable_and_halt();
			irq_disable();
		}
		return;
	}
	irq_enable();
	while (timer_running() && rdtsc() < bound) {
		if (how == WAIT_EXITING)
			cpuid_ecx(0);
	}
	irq_disable();
	if (timer_running())
		timer_give_up();
}

uint64_t timer_ticks(const struct shared *s)
{
	return s->ticks ? s->ticks : TICKS;
}

static void start_plain_timer(struct shared *s)
{
	uint64_t now = rdtsc();

	timer_start(now + timer_ticks(s));
	step_took(s, now);
}

static void timer_spin(struct shared *s)
{
	timers_init(s);
	while (s->done < s->count && !hopeless(s)) {
		start_plain_timer(s);
		timer_wait(WAIT_SPINNING);
		s->done++;
	}
}

static void timer_halt(struct shared *s)
{
	timers_init(s);
	while (s->done < s->count) {
		start_plain_timer(s);
		timer_wait(WAIT_HALTED);
		s->done++;
	}
}

uint64_t below(uint64_t bound)
{
	return xorshift(&seed) % bound;
}

/* Spins for @ticks with interrupts on, at random with exits or without. */
static void pass_time(uint64_t ticks)
{
	uint64_t end = rdtsc() + ticks;
	bool exiting = below(2);

	irq_enable();
	while (rdtsc() < end) {
		if (exiting)
			cpuid_ecx(0);
	}
	irq_disable();
}

/* What can be done to a timer. */
enum kind { FAR, NEAR, ONE_TICK, BELOW_UNIT, NOW, PAST, REARMED, CANCELLED, KINDS };

static void timer_of_a_kind(enum kind kind)
{
	uint64_t now = rdtsc();

	switch (kind) {
	case NEAR:
		timer_start(now + below(TICKS / 20));
		break;
	case ONE_TICK:
		timer_start(now + 1);
		break;
	case BELOW_UNIT:	/* the timer of real hardware counts every 32nd tick */
		timer_start(now + 2 + below(30));
		break;
	case NOW:
		timer_start(now);
		break;
	case PAST:
		timer_start(now - 1 - below(1000));
		break;
	case REARMED:
		timer_start(now + TICKS);
		pass_time(below(TICKS / 2));
		timer_restart(rdtsc() + below(2 * TICKS));
		break;
	case CANCELLED:
		timer_start(now + TICKS);
		pass_time(below(TICKS / 2));
		timer_cancel();
		pass_time(TICKS + TICKS / 2);
		break;
	default:
		timer_start(now + TICKS);
		break;
	}
}

/* After the last timer it spins once more: no interrupt may come then. */
static void timer_seq(struct shared *s)
{
	timers_init(s);
	while (s->done < s->count && !hopeless(s)) {
		timer_of_a_kind(below(KINDS));
		if (timer_running())
			timer_wait(below(WAITS));
		s->done++;
	}
	pass_time(10 * TICKS);
}

/*
 * Deadlines that are far off, up to 2^32 ticks. With erratum EMR158 only the low 25 bits of such
 * a value count, so the guest first spins for three times 2^25 ticks: the host may be at work when
 * the timer runs out once, and set it anew. After that the guest is halted, which costs an
 * emulator nothing.
 */
static void timer_far(struct shared *s)
{
	uint64_t ticks = s->ticks ? s->ticks : FAR_TICKS;

	timers_init(s);
	while (s->done < s->count) {
		uint64_t now = rdtsc();

		timer_start(now + ticks + below(UINT32_MAX - ticks));
		irq_enable();
		while (timer_running() && rdtsc() < now + FAR_SPIN)
			;
		irq_disable();
		timer_wait(WAIT_HALTED);
		s->done++;
	}
}

static void idle_spin(struct shared *s)
{
	timers_init(s);
	irq_enable();
	while (s->done < s->count) {
		spin_until(rdtsc() + TICKS);
		s->done++;
	}
	irq_disable();
}

static void idle_timer(struct shared *s)
{
	timers_init(s);
	while (s->done < s->count && !hopeless(s)) {
		irq_enable();
		spin_until(rdtsc() + 10 * TICKS);
		irq_disable();
		timer_start(rdtsc() + TICKS);
		timer_wait(s->done % WAITS);
		s->done++;
	}
}

WORKLOAD(workload_timer_spin, "timer-spin", 2000, timer_spin,
	 "TSC-deadline timers, spinning until they come");
WORKLOAD(workload_timer_halt, "timer-halt", 2000, timer_halt,
	 "TSC-deadline timers, halted until they come");
WORKLOAD(workload_timer_seq, "timer-seq", 5000, timer_seq,
	 "timers of all kinds: near, past, set anew, called off");
WORKLOAD(workload_timer_far, "timer-far", 20, timer_far,
	 "timers of up to 2^32 ticks");
WORKLOAD(workload_idle_spin, "idle-spin", 1000, idle_spin,
	 "spin, and no timer is set");
WORKLOAD(workload_idle_timer, "idle-timer", 300, idle_timer,
	 "spin for ten times the ticks, then one timer");
