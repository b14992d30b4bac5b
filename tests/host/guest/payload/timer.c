// SPDX-License-Identifier: GPL-2.0-only
/* The local APIC's timer in TSC-deadline mode, one after the other: waited for by spinning, and by halting. */
#include "payload.h"

#define TICKS		100000		/* from now to the deadline */
#define BOUND		20000000	/* a timer that is that much too late is given up */

#define VECTOR		0x40

#define MSR_TSC_DEADLINE	0x6e0
#define MSR_X2APIC_EOI		0x80b
#define MSR_X2APIC_SPIV		0x80f
#define MSR_X2APIC_LVT_TIMER	0x832

#define SPIV_ENABLED		0x1ff
#define LVT_TSC_DEADLINE	(2 << 17)

static struct shared *results;
static volatile uint64_t deadline;	/* of the timer that is running; 0: none is */

__attribute__((interrupt)) static void timer_interrupt(struct interrupt_frame *frame)
{
	uint64_t now = rdtsc();
	struct shared *s = results;
	uint64_t late;

	(void)frame;
	if (!deadline) {
		s->stray++;
	} else if (now < deadline) {
		s->early++;
		s->taken++;
	} else {
		late = now - deadline;
		s->late[s->taken % SAMPLES] = late > UINT32_MAX ? UINT32_MAX : late;
		if (!s->taken || late < s->late_min)
			s->late_min = late;
		if (late > s->late_max)
			s->late_max = late;
		s->late_sum += late;
		s->taken++;
	}
	deadline = 0;
	wrmsr(MSR_X2APIC_EOI, 0);
}

static void timers_init(struct shared *s)
{
	results = s;
	set_handler(VECTOR, timer_interrupt);
	wrmsr(MSR_X2APIC_SPIV, SPIV_ENABLED);
	wrmsr(MSR_X2APIC_LVT_TIMER, LVT_TSC_DEADLINE | VECTOR);
}

/* With interrupts off, so that the interrupt finds the deadline in its place. */
static void timer_start(struct shared *s)
{
	s->timers++;
	deadline = rdtsc() + TICKS;
	wrmsr(MSR_TSC_DEADLINE, deadline);
}

/* Interrupts stay on while it spins: a guest that spins with interrupts off may freeze an emulated host. */
static void timer_spin(struct shared *s)
{
	uint64_t bound;

	timers_init(s);
	while (s->done < s->count) {
		irq_disable();
		timer_start(s);
		bound = deadline + BOUND;
		irq_enable();
		while (deadline && rdtsc() < bound)
			;
		irq_disable();
		if (deadline) {
			s->lost++;
			deadline = 0;
			wrmsr(MSR_TSC_DEADLINE, 0);
		}
		irq_enable();
		s->done++;
	}
}

/* A timer that is lost here leaves the guest halted, and the VMM's alarm ends it. */
static void timer_halt(struct shared *s)
{
	timers_init(s);
	while (s->done < s->count) {
		irq_disable();
		timer_start(s);
		while (deadline) {
			irq_enable_and_halt();
			irq_disable();
		}
		irq_enable();
		s->done++;
	}
}

WORKLOAD(workload_timer_spin, "timer-spin", 2000, timer_spin);
WORKLOAD(workload_timer_halt, "timer-halt", 2000, timer_halt);
