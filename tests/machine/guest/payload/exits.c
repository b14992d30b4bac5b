// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits that have nothing to do with timers: CPUID is handled in the kernel, a
 * port write by the VMM.
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

WORKLOAD(workload_cpuid, "cpuid", 20000, cpuid_loop);
WORKLOAD(workload_pio, "pio", 20000, pio_loop);
