/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the payload share: instructions, interrupts, and the table
 * of workloads.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <stdbool.h>

#include "../shared.h"

/* For what an interrupt handler, or the nested guest, changes meanwhile. */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)

/**
 * struct workload - one thing that the guest can do
 * @name: its name on the command line
 * @count: how often, unless the command line says otherwise
 * @run: does it; returns when it has been done s->count times, or earlier if it
 *	is hopeless()
 */
struct workload {
	const char *name;
	uint64_t count;
	void (*run)(struct shared *s);
};

/* Puts a workload into the table. The Makefile takes @help, on a line of its own, for --help. */
#define WORKLOAD(symbol, name, count, run, help) \
	static const struct workload symbol \
	__attribute__((used, section(".workloads"), aligned(8))) = { name, count, run }

/* The table, see payload.lds. */
extern const struct workload workloads_start[], workloads_end[];

/* What the CPU pushes for an interrupt. */
struct interrupt_frame {
	uint64_t ip;
	uint64_t cs;
	uint64_t flags;
	uint64_t sp;
	uint64_t ss;
};

/**
 * set_handler() - install an interrupt handler
 * @vector: interrupt vector, or exception
 * @handler: a function with the attribute "interrupt"
 *
 * An exception without a handler ends in a triple fault, which the VMM reports.
 */
void set_handler(int vector, const void *handler);

/* Returns the interrupt table's address, for the guest's and the host's part of a VMCS. */
uint64_t idt_base(void);

/* A workload ends after that many failures: to wait for more of them takes too long. */
#define FAILURES_AT_MOST	50

/* Rounds before the VMM begins to count. */
#define WARM	10

static inline bool hopeless(const struct shared *s)
{
	return s->lost + s->unexpected + s->vmfails >= FAILURES_AT_MOST;
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Stores the length of a round trip that began at @since. */
static inline void step_took(struct shared *s, uint64_t since)
{
	s->step[s->steps++ % SAMPLES] = rdtsc() - since;
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	uint32_t low = value, high = value >> 32;

	asm volatile("wrmsr" : : "c"(msr), "a"(low), "d"(high) : "memory");
}

/* Always an exit. Returns ECX. */
static inline uint32_t cpuid_ecx(uint32_t leaf)
{
	uint32_t c = 0;

	asm volatile("cpuid" : "+a"(leaf), "+c"(c) : : "rbx", "rdx", "memory");
	return c;
}

static inline void port_write(uint16_t port, uint8_t value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void irq_enable(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void irq_disable(void)
{
	asm volatile("cli" : : : "memory");
}

/* STI takes effect after the next instruction: no interrupt can come between the two. */
static inline void irq_enable_and_halt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

/* Counts a round. After WARM of them the VMM begins to count. */
static inline void done_once(struct shared *s)
{
	if (++s->done == WARM)
		port_write(PORT_WARM, 0);
}

/* Lets the CPU take what is pending, for one instruction. */
static inline void irq_window(void)
{
	asm volatile("sti; nop; cli" : : : "memory");
}

/* Interrupts should be on: with a guest that spins with them off, a test machine may freeze. */
static inline void spin_until(uint64_t time)
{
	while (rdtsc() < time)
		;
}

#endif
