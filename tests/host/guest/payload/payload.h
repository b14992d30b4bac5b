/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the payload share: instructions, interrupts, and how a workload makes itself known. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "../shared.h"

/**
 * struct workload - one thing that the guest can do
 * @name: its name on the command line
 * @count: how often, unless the command line says otherwise
 * @run: does it; returns when it has been done s->count times
 */
struct workload {
	const char *name;
	uint64_t count;
	void (*run)(struct shared *s);
};

/* Puts a workload into the table; one file, one or more of these, no list to keep. */
#define WORKLOAD(symbol, ...) \
	static const struct workload symbol \
	__attribute__((used, section(".workloads"), aligned(8))) = { __VA_ARGS__ }

struct interrupt_frame;

/**
 * set_handler() - install an interrupt handler
 * @vector: interrupt vector, 32 or above
 * @handler: a function with the attribute "interrupt"
 *
 * Exceptions have no handler: they end in a triple fault, which the VMM reports.
 */
void set_handler(int vector, void (*handler)(struct interrupt_frame *frame));

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

static inline void outb(uint16_t port, uint8_t value)
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

#endif
