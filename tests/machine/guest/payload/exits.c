// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits that have nothing to do with timers: CPUID is handled in the kernel, a
 * port write by the VMM. And no exits at all, where the VMM lets the guest halt.
 */
#include "payload.h"

static void cpuid_loop(struct shared *s)
{
	uint64_t start;

	while (s->done < s->count) {
		start = rdtsc();
		cpuid_ecx(0);
		step_took(s, start);
		s->done++;
	}
}

static void pio_loop(struct shared *s)
{
	uint64_t start;

	while (s->done < s->count) {
		start = rdtsc();
		port_write(PORT_NOTHING, 0);
		step_took(s, start);
		s->done++;
	}
}

/*
 * Nothing wakes it: it is for the VMM to end it. Interrupts are on, or the host's do not
 * wake the emulator's CPU, which is then woken by the hv timer alone.
 */
static void halt(struct shared *s)
{
	(void)s;
	for (;;)
		irq_enable_and_halt();
}

WORKLOAD(workload_cpuid, "cpuid", 20000, cpuid_loop,
	 "CPUID exits, which the kernel handles");
WORKLOAD(workload_pio, "pio", 20000, pio_loop,
	 "port writes, which the VMM handles");
WORKLOAD(workload_halt, "halt", 1, halt,
	 "halt until the VMM ends it (see -q)");
