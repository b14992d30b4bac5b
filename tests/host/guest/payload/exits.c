// SPDX-License-Identifier: GPL-2.0-only
/* Exits that have nothing to do with timers: CPUID is handled in the kernel, a port write by the VMM. */
#include "payload.h"

static void cpuid(struct shared *s)
{
	while (s->done < s->count) {
		uint32_t a = 0, c = 0;

		asm volatile("cpuid" : "+a"(a), "+c"(c) : : "rbx", "rdx", "memory");
		s->done++;
	}
}

static void pio(struct shared *s)
{
	while (s->done < s->count) {
		outb(PORT_NOTHING, 0);
		s->done++;
	}
}

WORKLOAD(workload_cpuid, "cpuid", 20000, cpuid);
WORKLOAD(workload_pio, "pio", 20000, pio);
