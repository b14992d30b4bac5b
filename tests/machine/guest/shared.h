/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the VMM (guest.c) and the payload (payload/) share: the layout of the
 * guest's memory, the ports, and the area of results.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdint.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Addresses as the payload sees them. The payload's stack grows down from SHARED_BASE. */
#define GDT_BASE	0x1000
#define PML4_BASE	0x2000
#define PDPT_BASE	0x3000
#define PD_BASE		0x4000
#define PAYLOAD_BASE	0x100000
#define SHARED_BASE	0x400000
/* For a payload that is a hypervisor. L2's stack grows down from L2_STACK_TOP. */
#define VMXON_BASE	0x600000
#define VMCS_BASE	0x601000
#define L2_STACK_TOP	0x610000
#define MEMORY_SIZE	0x800000

/*
 * Segment selectors: entries 1 to 3 of the GDT. The third is empty and never
 * loaded: it is there because a VMCS must name a TSS.
 */
#define CODE_SELECTOR	0x08
#define DATA_SELECTOR	0x10
#define TSS_SELECTOR	0x18

#define PORT_DONE	0x10	/* a write ends the workload */
#define PORT_NOTHING	0x11	/* a write goes to the VMM, which does nothing */
#define PORT_WARM	0x12	/* a write makes the VMM count from here */

/*
 * Lateness is kept for that many timers, the last ones. Minimum, mean and
 * maximum are of all timers.
 */
#define SAMPLES		65536

/* IA32_VMX_BASIC and what follows it: the VMX capabilities. */
#define VMX_MSR_FIRST	0x480
#define VMX_MSRS	19

/**
 * struct vmx_msr - one VMX capability MSR as the guest sees it
 * @faults: reading it raised #GP
 * @value: what it holds, if it can be read
 */
struct vmx_msr {
	uint64_t faults;
	uint64_t value;
};

/**
 * struct shared - what the VMM asks for and what the payload has found out
 * @name: in: name of the workload
 * @count: in: how often, or 0 for the workload's own choice; out: how often
 * @ticks: in: TSC ticks from now to a plain timer's deadline, or 0 for the
 *	workload's own choice
 * @base: in: guest-physical address of what the payload has at 0
 * @seed: in: where the payload's random numbers begin, or 0 for the same ones
 *	in each run
 * @known: out: there is such a workload
 * @problem: out: in one word, why it cannot be run; empty if it can
 * @done: out: how often it has been done so far
 * @timers: out: timers started so far that are to fire
 * @taken: out: timers whose interrupt came before they were given up
 * @lost: out: timers whose interrupt did not come within the bound
 * @early: out: interrupts that came before their deadline
 * @stray: out: interrupts that came when no timer was running
 * @cancelled: out: timers called off in time, which must not fire
 * @rearmed: out: running timers that were given another deadline
 * @overtaken: out: timers that had passed before they could be cancelled or
 *	re-armed; nothing is expected of these
 * @late_min: out: shortest time from deadline to handler, in guest TSC ticks
 * @late_sum: out: sum of these times
 * @late_max: out: longest one
 * @unshadowed: out: interrupts that came between STI and HLT, where none may come.
 *	Seen in the test machine with the stock module too; the cause is not known.
 *	The handler skips the HLT then
 * @l1_exits: out: exits of the nested guest that reached the payload
 * @unexpected: out: those among them that should not have come
 * @last_unexpected: out: exit reason of the last one of these
 * @vmfails: out: VMX instructions that failed
 * @refused: out: VM entries that failed as they must; @vmfails does not count them
 * @last_vmfail: out: VM-instruction error of the last VM entry that failed
 * @untouched: out: forced exits that came before the nested guest's first
 *	instruction
 * @steps: out: round trips measured so far
 * @step: out: one sample per round trip, in guest TSC ticks: an exit and what
 *	is done about it, or the start of a timer
 * @late: out: one sample per timer taken, capped at 32 bits
 * @msrs: out: how many of @msr were looked at
 * @msr: out: from VMX_MSR_FIRST on
 */
struct shared {
	char name[32];
	uint64_t count;
	uint64_t ticks;
	uint64_t base;
	uint64_t seed;
	uint64_t known;
	char problem[32];
	uint64_t done;
	uint64_t timers;
	uint64_t taken;
	uint64_t lost;
	uint64_t early;
	uint64_t stray;
	uint64_t cancelled;
	uint64_t rearmed;
	uint64_t overtaken;
	uint64_t late_min;
	uint64_t late_sum;
	uint64_t late_max;
	uint64_t unshadowed;
	uint64_t l1_exits;
	uint64_t unexpected;
	uint64_t last_unexpected;
	uint64_t vmfails;
	uint64_t refused;
	uint64_t last_vmfail;
	uint64_t untouched;
	uint64_t steps;
	uint32_t step[SAMPLES];
	uint32_t late[SAMPLES];
	uint64_t msrs;
	struct vmx_msr msr[VMX_MSRS];
};

/* Returns the next number of a xorshift generator, whose state must not be 0. */
static inline uint64_t xorshift(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

#endif
