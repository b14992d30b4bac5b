/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the VMM (guest.c) and the payload (payload/) share: the layout of the guest's memory, the ports, and the area
 * of results.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>

/* Guest-physical addresses. The payload's stack grows down from SHARED_BASE. */
#define GDT_BASE	0x1000
#define PML4_BASE	0x2000
#define PDPT_BASE	0x3000
#define PD_BASE		0x4000
#define PAYLOAD_BASE	0x100000
#define SHARED_BASE	0x400000
#define MEMORY_SIZE	0x800000

/* Segment selectors: entries 1 and 2 of the GDT. */
#define CODE_SELECTOR	0x08
#define DATA_SELECTOR	0x10

#define PORT_DONE	0x10	/* a write ends the workload */
#define PORT_NOTHING	0x11	/* a write goes to the VMM, which does nothing */

/* Lateness is kept for that many timers, the latest ones; minimum, mean and maximum are of all of them. */
#define SAMPLES		65536

/**
 * struct shared - what the VMM asks for and what the payload has found out
 * @name: in: name of the workload
 * @count: in: how often, or 0 for the workload's own choice; out: how often
 * @known: out: there is such a workload
 * @done: out: how often it has been done so far
 * @timers: out: timers started so far
 * @taken: out: timers whose interrupt came, in time to be waited for
 * @lost: out: timers whose interrupt did not come within the bound
 * @early: out: interrupts that came before their deadline
 * @stray: out: interrupts that came when no timer was running
 * @late_min: out: shortest time from deadline to handler, in guest TSC ticks
 * @late_sum: out: sum of these times
 * @late_max: out: longest one
 * @late: out: one sample per timer taken, capped at 32 bits
 */
struct shared {
	char name[32];
	uint64_t count;
	uint64_t known;
	uint64_t done;
	uint64_t timers;
	uint64_t taken;
	uint64_t lost;
	uint64_t early;
	uint64_t stray;
	uint64_t late_min;
	uint64_t late_sum;
	uint64_t late_max;
	uint32_t late[SAMPLES];
};

#endif
