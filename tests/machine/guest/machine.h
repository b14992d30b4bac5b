/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that the VMMs here (guest.c, stress.c) have in common: one VM on the
 * raw KVM API, the kernel's own interrupt controllers, vCPUs in 64-bit mode from the
 * start. Only what KVM has had since 4.14 is used.
 *
 * Each vCPU has MEMORY_SIZE of memory for itself, which its page tables show it from
 * 0 on, and a payload of its own in it.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <linux/kvm.h>
#include <stddef.h>

#include "shared.h"

struct machine {
	int kvm;
	int vm;
	char *memory;
};

struct vcpu {
	int fd;
	struct kvm_run *run;
	size_t run_size;
	struct shared *shared;
};

/* Says what is wrong, in one line, and ends with status 2. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

/* An ioctl that must succeed. Returns its result. */
int request(int fd, unsigned long number, const char *name, void *argument);

#define REQUEST(fd, name, argument)	request(fd, name, #name, (void *)(argument))

/*
 * Returns memory for so many vCPUs, with the payload in it. It outlives a machine.
 * @sharing: MAP_PRIVATE, or MAP_SHARED with processes that are forked later.
 */
char *machine_memory(unsigned int vcpus, int sharing);
void machine_forget(char *memory, unsigned int vcpus);

void machine_create(struct machine *m, char *memory, unsigned int vcpus);
void machine_destroy(struct machine *m);

/* Creates one more vCPU. @number, from 0 on, is also the ID of its local APIC. */
void vcpu_create(struct machine *m, struct vcpu *v, unsigned int number);
void vcpu_destroy(struct vcpu *v);

/* Sets a new vCPU's registers: it begins the payload, in 64-bit mode. */
void vcpu_reset(struct vcpu *v);

/* Returns, in one word, how the last KVM_RUN's exit ends the workload; NULL if it goes on. */
const char *vcpu_end(const struct vcpu *v);

/* Sorts @n samples. Returns the median, or 0 if @n is 0. */
uint32_t median(uint32_t *samples, uint64_t n);

/* Prints one field of a result line. */
void print_number(const char *name, uint64_t value);

#endif
