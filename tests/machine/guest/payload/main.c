// SPDX-License-Identifier: GPL-2.0-only
/*
 * The payload's beginning and end: interrupt table, choice of the workload. The
 * VMM has set up everything else.
 */
#include "payload.h"

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint16_t flags;
	uint16_t offset_mid;
	uint32_t offset_high;
	uint32_t reserved;
};

static struct gate idt[256];

void set_handler(int vector, const void *handler)
{
	uint64_t address = (uint64_t)handler;

	idt[vector].offset_low = address;
	idt[vector].offset_mid = address >> 16;
	idt[vector].offset_high = address >> 32;
	idt[vector].selector = CODE_SELECTOR;
	idt[vector].flags = 0x8e00;	/* present, 64-bit interrupt gate */
}

uint64_t idt_base(void)
{
	return (uint64_t)idt;
}

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* The VMM starts the vCPU here, with the shared area's address in RDI. */
__attribute__((section(".text.start"), noreturn)) void start(struct shared *s)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr = { sizeof(idt) - 1, idt_base() };
	const struct workload *w;

	asm volatile("lidt %0" : : "m"(idtr));

	for (w = workloads_start; w < workloads_end; w++) {
		if (!same(w->name, s->name))
			continue;
		s->known = 1;
		if (!s->count)
			s->count = w->count;
		w->run(s);
		break;
	}

	for (;;)
		port_write(PORT_DONE, 0);
}
