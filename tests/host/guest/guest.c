// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest: runs one workload in a virtual machine on the raw KVM API and prints
 * one line of what was found.
 *
 *	guest [-t SECONDS] WORKLOAD [COUNT]
 *
 * The machine has one vCPU, in 64-bit mode from the start, the kernel's own
 * interrupt controllers, and the payload, which holds the workloads. Only what
 * KVM has had since 4.14 is used. A workload that does not get on for SECONDS
 * is ended.
 *
 * Exit status: 0 the workload went through, 1 it did not, 2 there was no way to
 * run it.
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

#include "image.h"
#include "shared.h"

#define CPUID_1_ECX_X2APIC		(1u << 21)
#define CPUID_1_ECX_TSC_DEADLINE	(1u << 24)
#define APIC_BASE_X2APIC		(1u << 10)
#define CR0_PE_MP_ET_NE_WP_AM_PG	0x80050033
#define CR4_PAE				0x20
#define EFER_LME_LMA			0x500
#define PAGE_PRESENT_WRITE		0x3
#define PAGE_LARGE			0x80
#define GDT_SIZE			(TSS_SELECTOR + 16)

static struct kvm_run *run;
static struct shared *shared;
static int seconds = 10;

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
 * The module's counters, where it has any: each line "name: number" of these
 * files. They are totals of the whole machine, so that they are only read as
 * differences, and one guest runs at a time.
 */
#define COUNTERS_AT_MOST	64

struct counters {
	int n;
	struct counter {
		char name[48];
		unsigned long long value;
	} counter[COUNTERS_AT_MOST];
};

static const char *const counter_file[] = {
	"/sys/kernel/debug/kvm-intel/hv_timer",
	"/sys/kernel/debug/kvm-intel-counts",
};

/* Numbers in these files that count nothing. */
static const char *const not_counted[] = { "rate", "tsc_hz", "full_count_ms" };

static int is_counted(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(not_counted); i++)
		if (!strcmp(name, not_counted[i]))
			return 0;
	return 1;
}

static void read_counter_file(struct counters *counters, const char *path)
{
	FILE *f = fopen(path, "r");
	struct counter *c;
	char line[256], end, *dot;

	if (!f)
		return;
	while (counters->n < COUNTERS_AT_MOST && fgets(line, sizeof(line), f)) {
		c = &counters->counter[counters->n];
		if (sscanf(line, "%47[^:]: %llu%c", c->name, &c->value, &end) != 3 || end != '\n')
			continue;
		if (!is_counted(c->name))
			continue;
		while ((dot = strchr(c->name, '.')))
			*dot = '_';
		counters->n++;
	}
	fclose(f);
}

static void read_counters(struct counters *counters)
{
	size_t i;

	counters->n = 0;
	for (i = 0; i < ARRAY_SIZE(counter_file); i++)
		read_counter_file(counters, counter_file[i]);
}

/* The counter of that name, or NULL. */
static const struct counter *find_counter(const struct counters *counters, const char *name)
{
	int i;

	for (i = 0; i < counters->n; i++)
		if (!strcmp(counters->counter[i].name, name))
			return &counters->counter[i];
	return NULL;
}

/* By how much a counter of @after has gone up since @before. */
static unsigned long long difference(const struct counters *before, const struct counter *after)
{
	const struct counter *c = find_counter(before, after->name);

	return after->value - (c ? c->value : 0);
}

/*
 * What was counted until the vCPU was created, was set up, and was done. The
 * first KVM_RUN soft-disables the timer, which belongs to what is counted; a
 * payload that warms up first moves the second reading to where it is warm.
 */
static struct counters fresh, before, after;
static uint64_t warm;	/* how often the workload had been done by then */

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
	/*
	 * Both are the in-kernel local APIC's, and older kernels leave them to
	 * the VMM to announce.
	 */
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
	sregs.ds = data;
	sregs.es = data;
	sregs.fs = data;
	sregs.gs = data;
	sregs.ss = data;
	sregs.gdt.base = GDT_BASE;
	sregs.gdt.limit = GDT_SIZE - 1;
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

/*
 * The time is up when nothing has been done since the last alarm.
 * immediate_exit: for when the vCPU is not running just now.
 */
static void on_alarm(int number)
{
	static uint64_t done_before;
	uint64_t done = __atomic_load_n(&shared->done, __ATOMIC_RELAXED);

	(void)number;
	if (done == done_before) {
		run->immediate_exit = 1;
		return;
	}
	done_before = done;
	alarm(seconds);
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
			if (run->io.port == PORT_WARM) {
				read_counters(&before);
				warm = shared->done;
			}
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

/* One field of the result line. */
static void print_number(const char *name, uint64_t value)
{
	printf(" %s=%llu", name, (unsigned long long)value);
}

static void print_result(struct shared *s, const char *end, long long exits)
{
	uint64_t on_time = s->taken - s->early;
	uint64_t samples = s->taken < SAMPLES ? s->taken : SAMPLES;
	uint64_t steps = s->steps < SAMPLES ? s->steps : SAMPLES;

	qsort(s->late, samples, sizeof(s->late[0]), compare);
	qsort(s->step, steps, sizeof(s->step[0]), compare);
	printf("@ workload=%s end=%s", s->name, s->problem[0] ? s->problem : end);
	print_number("count", s->count);
	print_number("done", s->done);
	printf(" exits=%lld", exits);
	print_number("timers", s->timers);
	print_number("taken", s->taken);
	print_number("lost", s->lost);
	print_number("early", s->early);
	print_number("stray", s->stray);
	print_number("late_min", s->late_min);
	print_number("late_median", samples ? s->late[samples / 2] : 0);
	print_number("late_mean", on_time ? s->late_sum / on_time : 0);
	print_number("late_max", s->late_max);
	print_number("step_min", steps ? s->step[0] : 0);
	print_number("step_median", steps ? s->step[steps / 2] : 0);
	print_number("cancelled", s->cancelled);
	print_number("rearmed", s->rearmed);
	print_number("overtaken", s->overtaken);
}

static void print_nested(const struct shared *s)
{
	print_number("l1_exits", s->l1_exits);
	print_number("unexpected", s->unexpected);
	print_number("last_unexpected", s->last_unexpected);
	print_number("vmfails", s->vmfails);
	print_number("last_vmfail", s->last_vmfail);
	print_number("untouched", s->untouched);
	print_number("warm", warm);
}

static int ends_with(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length >= tail && !strcmp(name + length - tail, end);
}

/* Each of the three is one write of the timer's value. Nothing for a module that is not ours. */
static void print_timer_value_writes(void)
{
	const char *const name[] = { "deadline_entries", "soft_disables", "forced_exits" };
	unsigned long long sum = 0;
	const struct counter *c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(name); i++) {
		c = find_counter(&after, name[i]);
		if (!c)
			return;
		sum += difference(&before, c);
	}
	print_number("timer_value_writes", sum);
}

/*
 * The pin controls' writes before what is counted are told too: they show that
 * the counter counts.
 */
static void print_counters(void)
{
	const struct counter *c;

	for (c = before.counter; c < before.counter + before.n; c++)
		if (ends_with(c->name, "pin_control_writes"))
			printf(" setup_%s=%llu", c->name, difference(&fresh, c));
	print_timer_value_writes();
	for (c = after.counter; c < after.counter + after.n; c++)
		print_number(c->name, difference(&before, c));
}

/* A line for each VMX capability, so that two modules can be compared. */
static void print_msrs(const struct shared *s)
{
	uint64_t i;

	for (i = 0; i < s->msrs; i++) {
		if (s->msr[i].faults)
			printf("@msr %#x #GP\n", VMX_MSR_FIRST + (unsigned int)i);
		else
			printf("@msr %#x %#018llx\n", VMX_MSR_FIRST + (unsigned int)i,
			       (unsigned long long)s->msr[i].value);
	}
}

int main(int argc, char **argv)
{
	struct kvm_userspace_memory_region region = { .memory_size = MEMORY_SIZE };
	int option, kvm, vm, vcpu, size;
	struct shared *s;
	const char *end;
	char *memory;

	while ((option = getopt(argc, argv, "t:")) != -1) {
		if (option != 't')
			return 2;
		seconds = atoi(optarg);
	}
	if (optind >= argc || seconds <= 0)
		die("usage: guest [-t SECONDS] WORKLOAD [COUNT [TICKS]]");

	kvm = open("/dev/kvm", O_RDWR);
	if (kvm < 0)
		die("/dev/kvm: %s", strerror(errno));
	vm = REQUEST(kvm, KVM_CREATE_VM, 0);
	/* Three pages for the kernel, which the guest does not use. */
	REQUEST(vm, KVM_SET_TSS_ADDR, 0xfffbd000);
	REQUEST(vm, KVM_CREATE_IRQCHIP, 0);
	if (ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_TSC_DEADLINE_TIMER) <= 0)
		die("KVM has no TSC-deadline timer");

	memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED)
		die("no memory for the guest");
	region.userspace_addr = (uintptr_t)memory;
	REQUEST(vm, KVM_SET_USER_MEMORY_REGION, &region);
	fill_memory(memory);
	s = (struct shared *)(memory + SHARED_BASE);
	shared = s;
	snprintf(s->name, sizeof(s->name), "%s", argv[optind]);
	if (optind + 1 < argc)
		s->count = strtoull(argv[optind + 1], NULL, 0);
	if (optind + 2 < argc)
		s->ticks = strtoull(argv[optind + 2], NULL, 0);

	read_counters(&fresh);
	vcpu = REQUEST(vm, KVM_CREATE_VCPU, 0);
	size = REQUEST(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		die("cannot map the vCPU");
	set_cpuid(kvm, vcpu);
	set_registers(vcpu);

	read_counters(&before);
	end = run_guest(vcpu);
	read_counters(&after);

	if (!s->known && !strcmp(end, "done"))
		die("no workload %s", s->name);
	print_msrs(s);
	print_result(s, end, read_exits(vm));
	print_nested(s);
	print_counters();
	putchar('\n');
	return strcmp(end, "done") || s->done != s->count;
}
