// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workloads for the benchmark alone: a timer that is set and called off, with a number
 * of exits between, and the round trip of a forced exit.
 */
#include "timer.h"
#include "vmx.h"

#define FAR_TICKS	2000000000	/* a deadline that never comes */

/*
 * One step is a whole round: the timer is set, there are @exits CPUIDs, and it is called
 * off. A kernel that toggles sets the control at the first entry and clears it at the last.
 */
static void rearm(struct shared *s, int exits)
{
	uint64_t start;
	int i;

	timers_init(s);
	while (s->done < s->count) {
		start = rdtsc();
		timer_start(start + FAR_TICKS);
		for (i = 0; i < exits; i++)
			cpuid_ecx(0);
		timer_cancel();
		step_took(s, start);
		s->done++;
	}
}

static void rearm_1(struct shared *s)
{
	rearm(s, 1);
}

static void rearm_10(struct shared *s)
{
	rearm(s, 10);
}

static void rearm_100(struct shared *s)
{
	rearm(s, 100);
}

/*
 * An interrupt is pending in L1 when it enters L2, so L2 must be left at once. A step is
 * that entry. After each, L2 runs for one CPUID.
 */
static void forced_steps(struct shared *s)
{
	uint32_t reason;
	uint64_t start;

	timers_init(s);
	self_ipi_init();
	if (!vmx_start(s))
		return;
	vmx_prepare(l2_cpuid);
	while (s->done < s->count && !hopeless(s)) {
		self_ipi();
		start = rdtsc();
		reason = vmx_enter();
		if (reason == EXIT_EXTERNAL_INTERRUPT) {
			step_took(s, start);
		} else {
			s->unexpected++;
			s->last_unexpected = reason;
		}
		irq_window();
		if (reason == EXIT_EXTERNAL_INTERRUPT)
			reason = vmx_enter();
		if (reason == EXIT_CPUID)
			vmx_skip_instruction();
		done_once(s);
	}
}

WORKLOAD(workload_rearm_1, "rearm-1", 2000, rearm_1,
	 "set a far timer, one CPUID exit, call the timer off");
WORKLOAD(workload_rearm_10, "rearm-10", 1000, rearm_10,
	 "the same with 10 CPUID exits");
WORKLOAD(workload_rearm_100, "rearm-100", 200, rearm_100,
	 "the same with 100 CPUID exits");
WORKLOAD(workload_forced_steps, "forced-steps", 1000, forced_steps,
	 "L1 enters L2 with an interrupt pending: time the forced exit");
