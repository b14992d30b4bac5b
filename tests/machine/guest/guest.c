// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest: runs one workload in a virtual machine on the raw KVM API and prints
 * its figures on one line.
 *
 *	guest [OPTION]... WORKLOAD [COUNT [TICKS]]
 *
 * The machine has one vCPU, in 64-bit mode from the start, the kernel's own
 * interrupt controllers, and the payload, which holds the workloads. Only what
 * KVM has had since 4.14 is used, except by -a (5.15) and -q (4.17). guest --help
 * shows the options.
 *
 * Exit status: 0 if the workload was done COUNT times, 1 if not, 2 if it could
 * not be run. Only the figures say whether timers were right.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "apicv.h"
#include "machine.h"
#include "workloads.h"

static struct vcpu vcpu;
static int seconds = 10;
static uint64_t runs;	/* how often KVM_RUN was called */
static uint64_t apicv_changes;

/*
 * The module's counters: each line "name: number" of these files. They are
 * totals of the whole host, so only their differences are used, and one guest
 * runs at a time. The stock module has none.
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
static const char *const not_counted[] = { "rate", "tsc_hz", "max_value", "full_count_ms" };

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

/* Returns the counter of that name, or NULL. */
static const struct counter *find_counter(const struct counters *counters, const char *name)
{
	int i;

	for (i = 0; i < counters->n; i++)
		if (!strcmp(counters->counter[i].name, name))
			return &counters->counter[i];
	return NULL;
}

/* Returns by how much a counter has gone up since @before. */
static unsigned long long difference(const struct counters *before, const struct counter *after)
{
	const struct counter *c = find_counter(before, after->name);

	return after->value - (c ? c->value : 0);
}

/*
 * The counters before the vCPU is created, when it is set up, and when it is
 * done. The first KVM_RUN soft-disables the timer, which is part of the result.
 * A payload that warms up first makes the VMM read @before again when it is warm.
 */
static struct counters fresh, before, after;
static uint64_t warm;	/* how often the workload had been done by then */

/* Returns KVM's own count of this machine's exits, or -1 if debugfs can't be read. */
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

/*
 * The time is up when nothing has been done since the last alarm. If the vCPU
 * is not in KVM_RUN just now, immediate_exit ends the next one.
 */
static void on_alarm(int number)
{
	static uint64_t done_before;
	uint64_t done = __atomic_load_n(&vcpu.shared->done, __ATOMIC_RELAXED);

	(void)number;
	if (done == done_before) {
		vcpu.run->immediate_exit = 1;
		return;
	}
	done_before = done;
	alarm(seconds);
}

/* Runs the guest to its end; returns how it ended, in one word. */
static const char *run_guest(void)
{
	/* Without SA_RESTART, the signal makes KVM_RUN return. */
	struct sigaction action = { .sa_handler = on_alarm };
	struct kvm_run *run = vcpu.run;
	const char *end;

	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
	for (;;) {
		runs++;
		if (ioctl(vcpu.fd, KVM_RUN, NULL) < 0) {
			if (errno == EINTR && run->immediate_exit)
				return "timeout";
			if (errno == EINTR)
				continue;
			die("KVM_RUN: %s", strerror(errno));
		}
		end = vcpu_end(&vcpu);
		if (end)
			return end;
		if (run->exit_reason == KVM_EXIT_IO && run->io.port == PORT_WARM) {
			read_counters(&before);
			warm = vcpu.shared->done;
		}
	}
}

static void print_result(struct shared *s, const char *end, long long exits)
{
	uint64_t on_time = s->taken - s->early;
	uint64_t samples = s->taken < SAMPLES ? s->taken : SAMPLES;
	uint64_t steps = s->steps < SAMPLES ? s->steps : SAMPLES;
	uint32_t late = median(s->late, samples);
	uint32_t step = median(s->step, steps);

	printf("@ workload=%s end=%s", s->name, s->problem[0] ? s->problem : end);
	print_number("count", s->count);
	print_number("done", s->done);
	printf(" exits=%lld", exits);
	print_number("runs", runs);
	print_number("timers", s->timers);
	print_number("taken", s->taken);
	print_number("lost", s->lost);
	print_number("early", s->early);
	print_number("stray", s->stray);
	print_number("late_min", s->late_min);
	print_number("late_median", late);
	print_number("late_mean", on_time ? s->late_sum / on_time : 0);
	print_number("late_max", s->late_max);
	print_number("step_min", steps ? s->step[0] : 0);
	print_number("step_median", step);
	print_number("cancelled", s->cancelled);
	print_number("rearmed", s->rearmed);
	print_number("overtaken", s->overtaken);
	print_number("apicv_changes", apicv_changes);
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

/* Each of the three counts writes of the timer's value. Only our module has them. */
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
 * Writes of the pin controls at set-up are printed too: they show that the
 * counter works.
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

/* Prints a line for each VMX capability MSR, so that two modules can be compared. */
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

/* Must come before vcpu_create(): later KVM refuses this capability. */
static void be_quiet(const struct machine *machine, int cpu)
{
	struct kvm_enable_cap halt = {
		.cap = KVM_CAP_X86_DISABLE_EXITS,
		.args = { KVM_X86_DISABLE_EXITS_HLT },
	};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("there is no CPU %d", cpu);
	REQUEST(machine->vm, KVM_ENABLE_CAP, &halt);
}

static void show_usage(void)
{
	puts("usage: guest [OPTION]... WORKLOAD [COUNT [TICKS]]\n"
	     "\n"
	     "Runs the workload COUNT times in a virtual machine, with timers of TICKS TSC ticks,\n"
	     "and prints its figures on one line. Exit status: 0 if it was done COUNT times, 1 if\n"
	     "not, 2 if it could not be run.\n"
	     "\n"
	     "  -a N        inhibit APICv and allow it again in turn, every N microseconds\n"
	     "  -q CPU      run on this CPU only, and let the guest halt without an exit\n"
	     "  -t SECONDS  end a workload that makes no progress for SECONDS (10)\n"
	     "\n"
	     "workloads:" WORKLOADS);
}

int main(int argc, char **argv)
{
	static const struct option words[] = { { "help", no_argument, NULL, 'h' }, { } };
	struct machine machine;
	struct shared *s;
	const char *end;
	char *memory;
	int interval = 0;
	int quiet = -1;
	int option;

	while ((option = getopt_long(argc, argv, "a:q:t:h", words, NULL)) != -1) {
		switch (option) {
		case 'a':
			interval = atoi(optarg);
			break;
		case 'h':
			show_usage();
			return 0;
		case 'q':
			quiet = atoi(optarg);
			break;
		case 't':
			seconds = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	if (optind >= argc || seconds <= 0)
		die("name a workload (--help shows them), and for -t more than 0 seconds");

	memory = machine_memory(interval ? 2 : 1, MAP_PRIVATE);
	s = (struct shared *)(memory + SHARED_BASE);
	snprintf(s->name, sizeof(s->name), "%s", argv[optind]);
	if (optind + 1 < argc)
		s->count = strtoull(argv[optind + 1], NULL, 0);
	if (optind + 2 < argc)
		s->ticks = strtoull(argv[optind + 2], NULL, 0);

	machine_create(&machine, memory, interval ? 2 : 1);
	if (quiet >= 0)
		be_quiet(&machine, quiet);
	read_counters(&fresh);
	vcpu_create(&machine, &vcpu, 0);
	vcpu_reset(&vcpu);

	if (interval > 0)
		apicv_start(&machine, interval);
	read_counters(&before);
	end = run_guest();
	read_counters(&after);
	if (interval > 0)
		apicv_changes = apicv_stop();

	if (!s->known && !strcmp(end, "done"))
		die("there is no workload %s (--help shows them)", s->name);
	print_msrs(s);
	print_result(s, end, read_exits(machine.vm));
	print_nested(s);
	print_counters();
	putchar('\n');
	return strcmp(end, "done") || s->done != s->count;
}
