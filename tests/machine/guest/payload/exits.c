// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exits that have nothing to do with timers: CPUID is handled by the kernel, a
 * port write by the VMM. A halt, which causes no exit if the VMM allows that.
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
 * Only the VMM ends this. Interrupts are on, because an interrupt of the host does not wake
 * an emulated CPU whose guest halts with interrupts off: only the hv timer would.
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
