// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest: runs one workload in a virtual machine on the raw KVM API and prints one line of what was found.
 *
 *	guest [-t SECONDS] WORKLOAD [COUNT]
 *
 * The machine has one vCPU, in 64-bit mode from the start, the kernel's own interrupt controllers, and the payload,
 * which holds the workloads. Only what KVM has had since 4.14 is used.
 *
 * Exit status: 0 the workload went through, 1 it did not, 2 there was no way to run it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared.h"

#define CPUID_1_ECX_X2APIC		(1u << 21)
#define CPUID_1_ECX_TSC_DEADLINE	(1u << 24)
#define APIC_BASE_X2APIC		(1u << 10)
#define CR0_PE_MP_ET_NE_WP_AM_PG	0x80050033
#define CR4_PAE				0x20
#define EFER_LME_LMA			0x500
#define PAGE_PRESENT_WRITE		0x3
#define PAGE_LARGE			0x80

/* The embedded payload; the Makefile says where payload.bin is. */
asm(".section .rodata\n"
    "payload_start: .incbin \"payload.bin\"\n"
    "payload_end:\n"
    ".previous\n");
extern const char payload_start[], payload_end[];

static struct kvm_run *run;
static int seconds = 30;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("guest: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(2);
}

static int request(int fd, unsigned long number, const char *name, void *argument)
{
	int r = ioctl(fd, number, argument);

	if (r < 0)
		die("%s: %s", name, strerror(errno));
	return r;
}

#define REQUEST(fd, name, argument)	request(fd, name, #name, (void *)(argument))

/*
 * The module's own counters. They are totals of the whole machine, so that they are only read as differences, and one
 * guest runs at a time.
 */
enum {
	PIN_CONTROL_WRITES,
	TIMER_EXITS,
	SPURIOUS_EXITS,
	DEADLINE_ENTRIES,
	SOFT_DISABLES,
	FORCED_EXITS,
	COUNTERS,
};

static const char *const counter_name[COUNTERS] = {
	[PIN_CONTROL_WRITES] = "pin_control_writes",
	[TIMER_EXITS] = "timer_exits",
	[SPURIOUS_EXITS] = "spurious_exits",
	[DEADLINE_ENTRIES] = "deadline_entries",
	[SOFT_DISABLES] = "soft_disables",
	[FORCED_EXITS] = "forced_exits",
};

/* Returns how many of the counters the module has: 0 for one that is not ours. */
static int read_counters(unsigned long long *value)
{
	FILE *f = fopen("/sys/kernel/debug/kvm-intel/hv_timer", "r");
	unsigned long long v;
	char line[256], name[64];
	int i, found = 0;

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %llu", name, &v) != 2)
			continue;
		for (i = 0; i < COUNTERS; i++) {
			if (!strcmp(name, counter_name[i])) {
				value[i] = v;
				found++;
			}
		}
	}
	fclose(f);
	return found;
}

/* KVM's own count of this machine's exits, or -1 where debugfs is not mounted. */
static long long read_exits(int vm)
{
	long long exits = -1;
	char path[80];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%d-%d/exits", getpid(), vm);
	f = fopen(path, "r");
	if (!f)
		return -1;
	if (fscanf(f, "%lld", &exits) != 1)
		exits = -1;
	fclose(f);
	return exits;
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
	/* Both are the in-kernel local APIC's, and older kernels leave them to the VMM to announce. */
	for (i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == 1)
			cpuid->entries[i].ecx |= CPUID_1_ECX_X2APIC | CPUID_1_ECX_TSC_DEADLINE;
	REQUEST(vcpu, KVM_SET_CPUID2, cpuid);
	free(cpuid);
}

static void set_registers(int vcpu)
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
	struct kvm_sregs sregs;

	REQUEST(vcpu, KVM_GET_SREGS, &sregs);
	sregs.cs = code;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.gdt.base = GDT_BASE;
	sregs.gdt.limit = 3 * 8 - 1;
	sregs.cr0 = CR0_PE_MP_ET_NE_WP_AM_PG;
	sregs.cr3 = PML4_BASE;
	sregs.cr4 = CR4_PAE;
	sregs.efer = EFER_LME_LMA;
	sregs.apic_base |= APIC_BASE_X2APIC;
	REQUEST(vcpu, KVM_SET_SREGS, &sregs);
	REQUEST(vcpu, KVM_SET_REGS, &regs);
}

/* Page tables that map the first GB onto itself, the segments an interrupt needs, the payload. */
static void fill_memory(char *memory)
{
	uint64_t *gdt = (uint64_t *)(memory + GDT_BASE);
	uint64_t *pml4 = (uint64_t *)(memory + PML4_BASE);
	uint64_t *pdpt = (uint64_t *)(memory + PDPT_BASE);
	uint64_t *pd = (uint64_t *)(memory + PD_BASE);
	uint64_t i;

	gdt[CODE_SELECTOR / 8] = 0x00af9b000000ffff;
	gdt[DATA_SELECTOR / 8] = 0x00cf93000000ffff;
	pml4[0] = PDPT_BASE | PAGE_PRESENT_WRITE;
	pdpt[0] = PD_BASE | PAGE_PRESENT_WRITE;
	for (i = 0; i < 512; i++)
		pd[i] = i << 21 | PAGE_LARGE | PAGE_PRESENT_WRITE;
	memcpy(memory + PAYLOAD_BASE, payload_start, payload_end - payload_start);
}

/* immediate_exit: for the alarm that comes when the vCPU is not running just now. */
static void on_alarm(int number)
{
	(void)number;
	run->immediate_exit = 1;
}

/* Runs the guest to its end; returns how it ended, in one word. */
static const char *run_guest(int vcpu)
{
	/* No SA_RESTART: KVM_RUN is to return. */
	struct sigaction action = { .sa_handler = on_alarm };

	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
	for (;;) {
		if (ioctl(vcpu, KVM_RUN, NULL) < 0) {
			if (errno == EINTR && run->immediate_exit)
				return "timeout";
			if (errno == EINTR)
				continue;
			die("KVM_RUN: %s", strerror(errno));
		}
		switch (run->exit_reason) {
		case KVM_EXIT_IO:
			if (run->io.port == PORT_DONE)
				return "done";
			break;
		case KVM_EXIT_SHUTDOWN:
			return "triple-fault";
		case KVM_EXIT_FAIL_ENTRY:
			fprintf(stderr, "guest: VM entry failed, hardware reason %#llx\n",
				(unsigned long long)run->fail_entry.hardware_entry_failure_reason);
			return "failed-entry";
		default:
			fprintf(stderr, "guest: exit to the VMM for reason %u\n", run->exit_reason);
			return "strange-exit";
		}
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void print_result(struct shared *s, const char *end, long long exits)
{
	uint64_t on_time = s->taken - s->early;
	uint64_t samples = s->taken < SAMPLES ? s->taken : SAMPLES;

	qsort(s->late, samples, sizeof(s->late[0]), compare);
	printf("@ workload=%s end=%s count=%llu done=%llu exits=%lld", s->name, end,
	       (unsigned long long)s->count, (unsigned long long)s->done, exits);
	printf(" timers=%llu taken=%llu lost=%llu early=%llu stray=%llu",
	       (unsigned long long)s->timers, (unsigned long long)s->taken, (unsigned long long)s->lost,
	       (unsigned long long)s->early, (unsigned long long)s->stray);
	printf(" late_min=%llu late_median=%u late_mean=%llu late_max=%llu",
	       (unsigned long long)s->late_min, samples ? s->late[samples / 2] : 0,
	       (unsigned long long)(on_time ? s->late_sum / on_time : 0), (unsigned long long)s->late_max);
}

/* The pin controls' writes while the vCPU was set up are told too: they show that the counter counts. */
static void print_counters(const unsigned long long *fresh, const unsigned long long *before,
			   const unsigned long long *after)
{
	unsigned long long difference[COUNTERS];
	int i;

	for (i = 0; i < COUNTERS; i++)
		difference[i] = after[i] - before[i];
	printf(" setup_pin_control_writes=%llu", before[PIN_CONTROL_WRITES] - fresh[PIN_CONTROL_WRITES]);
	/* Each of the three is one write of the timer's value. */
	printf(" timer_value_writes=%llu",
	       difference[DEADLINE_ENTRIES] + difference[SOFT_DISABLES] + difference[FORCED_EXITS]);
	for (i = 0; i < COUNTERS; i++)
		printf(" %s=%llu", counter_name[i], difference[i]);
}

int main(int argc, char **argv)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_SIZE };
	unsigned long long fresh[COUNTERS] = { 0 }, before[COUNTERS] = { 0 }, after[COUNTERS] = { 0 };
	int option, kvm, vm, vcpu, size, counters;
	struct shared *s;
	const char *end;
	char *memory;

	while ((option = getopt(argc, argv, "t:")) != -1) {
		if (option != 't')
			return 2;
		seconds = atoi(optarg);
	}
	if (optind >= argc || seconds <= 0)
		die("usage: guest [-t SECONDS] WORKLOAD [COUNT]");

	kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0)
		die("/dev/kvm: %s", strerror(errno));
	vm = REQUEST(kvm, KVM_CREATE_VM, 0);
	REQUEST(vm, KVM_SET_TSS_ADDR, 0xfffbd000);	/* three pages for the kernel; not in use by the guest */
	REQUEST(vm, KVM_CREATE_IRQCHIP, 0);
	if (ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_TSC_DEADLINE_TIMER) <= 0)
		die("KVM has no TSC-deadline timer");

	memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		die("no memory for the guest");
	region.userspace_addr = (uintptr_t)memory;
	REQUEST(vm, KVM_SET_USER_MEMORY_REGION, &region);
	fill_memory(memory);
	s = (struct shared *)(memory + SHARED_BASE);
	snprintf(s->name, sizeof(s->name), "%s", argv[optind]);
	if (optind + 1 < argc)
		s->count = strtoull(argv[optind + 1], NULL, 0);

	read_counters(fresh);
	vcpu = REQUEST(vm, KVM_CREATE_VCPU, 0);
	size = REQUEST(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		die("cannot map the vCPU");
	set_cpuid(kvm, vcpu);
	set_registers(vcpu);

	/* The VMCS is set up; the first KVM_RUN soft-disables the timer, which belongs to what is counted. */
	counters = read_counters(before);
	end = run_guest(vcpu);
	if (counters)
		counters = read_counters(after);

	if (!s->known && !strcmp(end, "done"))
		die("no workload %s", s->name);
	print_result(s, end, read_exits(vm));
	if (counters == COUNTERS)
		print_counters(fresh, before, after);
	putchar('\n');
	return strcmp(end, "done") || s->done != s->count;
}
