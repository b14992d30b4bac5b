// SPDX-License-Identifier: GPL-2.0-only
/* A VM on the raw KVM API, see machine.h. */
#define _GNU_SOURCE
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image.h"

#define CPUID_1_ECX_X2APIC		(1u << 21)
#define CPUID_1_ECX_TSC_DEADLINE	(1u << 24)
#define APIC_BASE_X2APIC		(1u << 10)
#define CR0_PE_MP_ET_NE_WP_AM_PG	0x80050033
#define CR4_PAE				0x20
#define EFER_LME_LMA			0x500
#define PAGE_PRESENT_WRITE		0x3
#define PAGE_LARGE			0x80
#define GDT_SIZE			(TSS_SELECTOR + 16)

void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

int request(int fd, unsigned long number, const char *name, void *argument)
{
	int r = ioctl(fd, number, argument);

	if (r < 0)
		die("%s: %s", name, strerror(errno));
	return r;
}

/* Writes page tables for the first GB, the segments that an interrupt needs, and the payload. */
static void fill_memory(char *memory, uint64_t base)
{
	uint64_t *gdt = (uint64_t *)(memory + GDT_BASE);
	uint64_t *pml4 = (uint64_t *)(memory + PML4_BASE);
	uint64_t *pdpt = (uint64_t *)(memory + PDPT_BASE);
	uint64_t *pd = (uint64_t *)(memory + PD_BASE);
	uint64_t i;

	gdt[CODE_SELECTOR / 8] = 0x00af9b000000ffff;
	gdt[DATA_SELECTOR / 8] = 0x00cf93000000ffff;
	pml4[0] = (base + PDPT_BASE) | PAGE_PRESENT_WRITE;
	pdpt[0] = (base + PD_BASE) | PAGE_PRESENT_WRITE;
	for (i = 0; i < 512; i++)
		pd[i] = (base + (i << 21)) | PAGE_LARGE | PAGE_PRESENT_WRITE;
	memcpy(memory + PAYLOAD_BASE, payload_start, payload_end - payload_start);
	((struct shared *)(memory + SHARED_BASE))->base = base;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

uint32_t median(uint32_t *samples, uint64_t n)
{
	qsort(samples, n, sizeof(*samples), compare);
	return n ? samples[n / 2] : 0;
}

char *machine_memory(unsigned int vcpus, int sharing)
{
	char *memory;
	unsigned int i;

	memory = mmap(NULL, (size_t)vcpus * MEMORY_SIZE, PROT_READ | PROT_WRITE,
		      sharing | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("no memory for the guest");
	for (i = 0; i < vcpus; i++)
		fill_memory(memory + (size_t)i * MEMORY_SIZE, (uint64_t)i * MEMORY_SIZE);
	return memory;
}

void machine_forget(char *memory, unsigned int vcpus)
{
	munmap(memory, (size_t)vcpus * MEMORY_SIZE);
}

void machine_create(struct machine *m, char *memory, unsigned int vcpus)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = (uint64_t)vcpus * MEMORY_SIZE,
		.userspace_addr = (uintptr_t)memory,
	};

	m->memory = memory;
	m->kvm = open("/dev/kvm", O_RDWR);
	if (m->kvm < 0)
		die("/dev/kvm: %s", strerror(errno));
	m->vm = REQUEST(m->kvm, KVM_CREATE_VM, 0);
	/* KVM needs three pages of guest-physical addresses that the guest does not use. */
	REQUEST(m->vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	REQUEST(m->vm, KVM_CREATE_IRQCHIP, 0);
	if (ioctl(m->vm, KVM_CHECK_EXTENSION, KVM_CAP_TSC_DEADLINE_TIMER) <= 0)
		die("KVM has no TSC-deadline timer");
	REQUEST(m->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

void machine_destroy(struct machine *m)
{
	close(m->vm);
	close(m->kvm);
}

static void set_cpuid(int kvm, int vcpu)
{
	const unsigned int entries = 256;
	struct kvm_cpuid2 *cpuid;
	unsigned int i;

	cpuid = calloc(1, sizeof(*cpuid) + entries * sizeof(cpuid->entries[0]));
	if (!cpuid)
		die("no memory");
	cpuid->nent = entries;
	REQUEST(kvm, KVM_GET_SUPPORTED_CPUID, cpuid);
	/*
	 * The in-kernel local APIC has both features, but older kernels leave
	 * it to the VMM to announce them.
	 */
	for (i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == 1)
			cpuid->entries[i].ecx |= CPUID_1_ECX_X2APIC | CPUID_1_ECX_TSC_DEADLINE;
	REQUEST(vcpu, KVM_SET_CPUID2, cpuid);
	free(cpuid);
}

void vcpu_create(struct machine *m, struct vcpu *v, unsigned int number)
{
	v->shared = (struct shared *)(m->memory + (size_t)number * MEMORY_SIZE + SHARED_BASE);
	v->fd = REQUEST(m->vm, KVM_CREATE_VCPU, (unsigned long)number);
	v->run_size = REQUEST(m->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	v->run = mmap(NULL, v->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, v->fd, 0);
	if (v->run == MAP_FAILED)
		die("cannot map the vCPU");
	set_cpuid(m->kvm, v->fd);
}

void vcpu_destroy(struct vcpu *v)
{
	munmap(v->run, v->run_size);
	close(v->fd);
}

void vcpu_reset(struct vcpu *v)
{
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = CODE_SELECTOR,
		.type = 0xb, .present = 1, .s = 1, .l = 1, .g = 1,
	};
	struct kvm_segment data = {
		.limit = 0xffffffff, .selector = DATA_SELECTOR,
		.type = 0x3, .present = 1, .s = 1, .db = 1, .g = 1,
	};
	struct kvm_regs regs = {
		.rip = PAYLOAD_BASE,
		.rsp = SHARED_BASE - 8,		/* as after a call */
		.rdi = SHARED_BASE,
		.rflags = 0x2,
	};
	/* A new vCPU other than the first waits for INIT and SIPI. */
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct kvm_sregs sregs;

	REQUEST(v->fd, KVM_GET_SREGS, &sregs);
	sregs.cs = code;
	sregs.ds = data;
	sregs.es = data;
	sregs.fs = data;
	sregs.gs = data;
	sregs.ss = data;
	sregs.gdt.base = GDT_BASE;
	sregs.gdt.limit = GDT_SIZE - 1;
	sregs.cr0 = CR0_PE_MP_ET_NE_WP_AM_PG;
	sregs.cr3 = v->shared->base + PML4_BASE;
	sregs.cr4 = CR4_PAE;
	sregs.efer = EFER_LME_LMA;
	sregs.apic_base |= APIC_BASE_X2APIC;
	REQUEST(v->fd, KVM_SET_SREGS, &sregs);
	REQUEST(v->fd, KVM_SET_REGS, &regs);
	REQUEST(v->fd, KVM_SET_MP_STATE, &state);
}

const char *vcpu_end(const struct vcpu *v)
{
	const struct kvm_run *run = v->run;

	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		return run->io.port == PORT_DONE ? "done" : NULL;
	case KVM_EXIT_SHUTDOWN:
		return "triple-fault";
	case KVM_EXIT_FAIL_ENTRY:
		fprintf(stderr, "%s: VM entry failed, hardware reason %#llx\n",
			program_invocation_short_name,
			(unsigned long long)run->fail_entry.hardware_entry_failure_reason);
		return "failed-entry";
	default:
		fprintf(stderr, "%s: exit to the VMM for reason %u\n",
			program_invocation_short_name, run->exit_reason);
		return "strange-exit";
	}
}

void print_number(const char *name, uint64_t value)
{
	printf(" %s=%llu", name, (unsigned long long)value);
}
