// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress: runs workloads in one virtual machine, each on a vCPU and in a thread of
 * its own, does to them meanwhile what must not disturb them, and judges.
 *
 *	stress [OPTION]... WORKLOAD[,COUNT[,TICKS]]...
 *
 *	-m N	N times move a thread to another CPU, or to the same
 *	-i N	N times send a signal to a thread
 *	-o N	N times take a CPU offline, and bring it back
 *	-r N	N times stop all vCPUs, save their state, and go on with it in a new VM
 *	-k N	N times run all of it in a process of its own, and kill that
 *	-z	give each vCPU a TSC frequency, and a TSC to begin with, of its own
 *	-g N	so many microseconds at most from one of these to the next (1000)
 *	-s N	the seed, from which all chances and random moments come (1)
 *
 * With any of -m, -i, -o and -r the workloads go on until that has been done, and
 * with -k until they are killed, whatever COUNT says.
 *
 * Exit status: 0 all workloads went through and no timer was lost, early or out of
 * nowhere; 1 they did not, or one was; 2 there was no way to run them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define VCPUS_AT_MOST	16
#define KICK		SIGUSR1
#define STUCK		20	/* so many seconds without progress and a vCPU is ended */

#define MSR_TSC			0x10
#define MSR_FEATURE_CONTROL	0x3a
#define MSR_TSC_ADJUST		0x3b
#define MSR_TSC_DEADLINE	0x6e0

/*
 * Where the guests' TSC begins, at least. KVM takes a TSC that is written less than a second
 * from what it expects for an attempt to synchronize, and lets the guest have another:
 * for a restored one, that would go backwards. A new VM expects it to be about 0.
 */
#define TSC_START		(1ull << 40)

/* What a vCPU is made of, as far as the payload can tell. */
struct state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_lapic_state lapic;
	struct kvm_vcpu_events events;
	struct kvm_mp_state mp;
	struct kvm_msr_entry msrs[4];
	union {
		struct kvm_nested_state head;
		char room[3 * 4096];
	} nested;
};

struct worker {
	struct vcpu vcpu;
	pthread_t thread;
	bool started;		/* there is a thread, to be joined */
	bool over;		/* the workload has come to its end, in one word: */
	const char *end;
	uint64_t seen_done;	/* when there was progress last, and how far it was */
	time_t seen;
	struct state state;
};

static struct worker worker[VCPUS_AT_MOST];
static unsigned int workers;
static struct machine machine;
static bool stopping;

static bool scaling;
static unsigned long gap = 1000;
static uint64_t seed = 1;

/* How often it is to be done, and how often it has been. */
static unsigned long moves, signals, offlines, restores, kills;
static unsigned long moved, signalled, offlined, restored;
/*
 * KVM_RUNs that a signal ended; states saved, or processes killed, with a timer running;
 * states that were there again before that timer was due.
 */
static unsigned long interrupted, armed, ahead, scaled;

/* A number below @bound, from a xorshift generator. */
static uint64_t below(uint64_t bound)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % bound;
}

static void on_kick(int number)
{
	(void)number;
}

/* Runs a vCPU until its workload has ended or all are to stop. */
static void *run_vcpu(void *argument)
{
	struct worker *w = argument;
	struct kvm_run *run = w->vcpu.run;

	for (;;) {
		if (ioctl(w->vcpu.fd, KVM_RUN, NULL) < 0) {
			if (errno != EINTR) {
				w->end = strerror(errno);
				break;
			}
			/* With immediate_exit, what the last exit asked for has been done. */
			if (__atomic_load_n(&stopping, __ATOMIC_ACQUIRE))
				return NULL;
			__atomic_fetch_add(&interrupted, 1, __ATOMIC_RELAXED);
			continue;
		}
		if (run->exit_reason == KVM_EXIT_IO && run->io.port != PORT_DONE)
			continue;
		if (run->exit_reason == KVM_EXIT_IO)
			w->end = "done";
		else if (run->exit_reason == KVM_EXIT_SHUTDOWN)
			w->end = "triple-fault";
		else if (run->exit_reason == KVM_EXIT_FAIL_ENTRY)
			w->end = "failed-entry";
		else
			w->end = "strange-exit";
		break;
	}
	__atomic_store_n(&w->over, true, __ATOMIC_RELEASE);
	return NULL;
}

/* The host's frequency times 0.25 to 4, where the CPU can scale it. */
static void scale_tsc(struct vcpu *v)
{
	unsigned long host = REQUEST(v->fd, KVM_GET_TSC_KHZ, 0);

	REQUEST(v->fd, KVM_SET_TSC_KHZ, host / 4 + below(host * 15 / 4));
	scaled++;
}

static void create_all(void)
{
	unsigned int i;

	machine_create(&machine, machine.memory, workers);
	for (i = 0; i < workers; i++) {
		vcpu_create(&machine, &worker[i].vcpu, i);
		if (scaling)
			scale_tsc(&worker[i].vcpu);
	}
}

static void start_all(void)
{
	struct timespec now;
	unsigned int i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (i = 0; i < workers; i++) {
		if (worker[i].over)
			continue;
		worker[i].seen = now.tv_sec;
		if (pthread_create(&worker[i].thread, NULL, run_vcpu, &worker[i]))
			die("no thread");
		worker[i].started = true;
	}
}

/* immediate_exit: for a thread that is not in KVM_RUN just now. */
static void stop_all(void)
{
	unsigned int i;

	__atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
	for (i = 0; i < workers; i++) {
		if (!worker[i].started)
			continue;
		worker[i].vcpu.run->immediate_exit = 1;
		pthread_kill(worker[i].thread, KICK);
	}
	for (i = 0; i < workers; i++) {
		if (!worker[i].started)
			continue;
		pthread_join(worker[i].thread, NULL);
		worker[i].started = false;
		worker[i].vcpu.run->immediate_exit = 0;
	}
	__atomic_store_n(&stopping, false, __ATOMIC_RELEASE);
}

static bool has_nested_state(void)
{
	return ioctl(machine.vm, KVM_CHECK_EXTENSION, KVM_CAP_NESTED_STATE) > 0;
}

struct msrs {
	struct kvm_msrs head;
	struct kvm_msr_entry entry[4];
};

/* Of those that the entries name. */
static void get_msrs(int fd, struct kvm_msr_entry *entry, unsigned int n)
{
	struct msrs some = { .head.nmsrs = n };

	memcpy(some.entry, entry, n * sizeof(*entry));
	if (REQUEST(fd, KVM_GET_MSRS, &some) != (int)n)
		die("KVM_GET_MSRS: not all of them");
	memcpy(entry, some.entry, n * sizeof(*entry));
}

static void set_msrs(int fd, const struct kvm_msr_entry *entry, unsigned int n)
{
	struct msrs some = { .head.nmsrs = n };

	memcpy(some.entry, entry, n * sizeof(*entry));
	if (REQUEST(fd, KVM_SET_MSRS, &some) != (int)n)
		die("KVM_SET_MSRS: not all of them");
}

static void save(struct worker *w)
{
	static const unsigned int msrs[] = {
		MSR_FEATURE_CONTROL, MSR_TSC_ADJUST, MSR_TSC, MSR_TSC_DEADLINE,
	};
	struct state *s = &w->state;
	int fd = w->vcpu.fd;
	unsigned int i;

	memset(s, 0, sizeof(*s));
	REQUEST(fd, KVM_GET_MP_STATE, &s->mp);
	REQUEST(fd, KVM_GET_REGS, &s->regs);
	REQUEST(fd, KVM_GET_SREGS, &s->sregs);
	REQUEST(fd, KVM_GET_LAPIC, &s->lapic);
	REQUEST(fd, KVM_GET_VCPU_EVENTS, &s->events);
	s->nested.head.size = sizeof(s->nested);
	if (has_nested_state())
		REQUEST(fd, KVM_GET_NESTED_STATE, &s->nested);
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		s->msrs[i].index = msrs[i];
	get_msrs(fd, s->msrs, ARRAY_SIZE(msrs));
	armed += s->msrs[3].data != 0;
}

/* The deadline last: whatever else is set may arm the timer anew. */
static void restore(struct worker *w)
{
	struct kvm_msr_entry tsc = { .index = MSR_TSC };
	struct state *s = &w->state;
	int fd = w->vcpu.fd;

	REQUEST(fd, KVM_SET_SREGS, &s->sregs);
	set_msrs(fd, &s->msrs[0], 3);
	if (has_nested_state())
		REQUEST(fd, KVM_SET_NESTED_STATE, &s->nested);
	REQUEST(fd, KVM_SET_REGS, &s->regs);
	REQUEST(fd, KVM_SET_LAPIC, &s->lapic);
	REQUEST(fd, KVM_SET_VCPU_EVENTS, &s->events);
	REQUEST(fd, KVM_SET_MP_STATE, &s->mp);
	set_msrs(fd, &s->msrs[3], 1);
	get_msrs(fd, &tsc, 1);
	ahead += s->msrs[3].data > tsc.data;
}

/* The old one goes while the new one runs: that takes long. */
static void take_to_new_machine(void)
{
	struct machine old = machine;
	struct vcpu old_vcpu[VCPUS_AT_MOST];
	unsigned int i;

	stop_all();
	for (i = 0; i < workers; i++) {
		save(&worker[i]);
		old_vcpu[i] = worker[i].vcpu;
	}
	create_all();
	for (i = 0; i < workers; i++)
		restore(&worker[i]);
	restored++;
	start_all();
	for (i = 0; i < workers; i++)
		vcpu_destroy(&old_vcpu[i]);
	machine_destroy(&old);
}

/* To a CPU that may be just going offline. */
static void move(struct worker *w)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(below(cpus), &set);
	if (!pthread_setaffinity_np(w->thread, sizeof(set), &set))
		moved++;
}

/* Whether any is still at it. One that does not get on is ended. */
static bool any_running(void)
{
	struct timespec now;
	bool running = false, stuck = false;
	struct worker *w;
	uint64_t done;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (w = worker; w < worker + workers; w++) {
		if (__atomic_load_n(&w->over, __ATOMIC_ACQUIRE))
			continue;
		running = true;
		done = __atomic_load_n(&w->vcpu.shared->done, __ATOMIC_RELAXED);
		if (done != w->seen_done) {
			w->seen_done = done;
			w->seen = now.tv_sec;
		}
		stuck = stuck || now.tv_sec > w->seen + STUCK;
	}
	if (!stuck)
		return running;
	stop_all();
	for (w = worker; w < worker + workers; w++)
		if (!w->over)
			w->end = "timeout";
	return false;
}

/* The first CPU cannot be. */
static void take_offline(void)
{
	unsigned long cpu = 1 + below(sysconf(_SC_NPROCESSORS_CONF) - 1);
	bool ok = true;
	char path[64];
	int i;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%lu/online", cpu);
	for (i = 0; i < 2; i++) {
		FILE *f = fopen(path, "w");

		ok = f && fprintf(f, "%d", i) > 0 && ok;
		if (!f || fclose(f))
			die("%s: %s", path, strerror(errno));
		usleep(below(gap + 1));
	}
	offlined += ok;
}

/* What is done at a random moment. Some of it takes long, and is rarer. */
static void disturb(void)
{
	struct worker *w = &worker[below(workers)];

	if (moved < moves && w->started)
		move(w);
	w = &worker[below(workers)];
	if (signalled < signals && w->started) {
		pthread_kill(w->thread, KICK);
		signalled++;
	}
	if (offlined < offlines && !below(4))
		take_offline();
	if (restored < restores && !below(4))
		take_to_new_machine();
}

static bool disturbing(void)
{
	return moved < moves || signalled < signals || offlined < offlines || restored < restores;
}

/* The workloads look at this each time round. */
static void enough(void)
{
	unsigned int i;

	for (i = 0; i < workers; i++)
		__atomic_store_n(&worker[i].vcpu.shared->count, 0, __ATOMIC_RELAXED);
}

static bool right(const struct worker *w)
{
	const struct shared *s = w->vcpu.shared;

	return !strcmp(w->end, "done") && !s->problem[0] && s->known && s->done &&
		s->done >= s->count &&
		s->taken == s->timers && !s->lost && !s->early && !s->stray &&
		!s->unexpected && !s->vmfails;
}

static void print_number(const char *name, uint64_t value)
{
	printf(" %s=%llu", name, (unsigned long long)value);
}

static bool print_results(void)
{
	uint64_t rounds = 0, timers = 0, taken = 0, exits = 0, refused = 0;
	bool all = true;
	unsigned int i;

	for (i = 0; i < workers; i++) {
		const struct shared *s = worker[i].vcpu.shared;

		printf("# vcpu %u: %s end=%s", i, s->name,
		       s->problem[0] ? s->problem : worker[i].end);
		print_number("done", s->done);
		print_number("timers", s->timers);
		print_number("taken", s->taken);
		print_number("lost", s->lost);
		print_number("early", s->early);
		print_number("stray", s->stray);
		print_number("late_max", s->late_max);
		print_number("unshadowed", s->unshadowed);
		print_number("l1_exits", s->l1_exits);
		print_number("unexpected", s->unexpected);
		print_number("last_unexpected", s->last_unexpected);
		print_number("vmfails", s->vmfails);
		putchar('\n');
		rounds += s->done;
		timers += s->timers;
		taken += s->taken;
		exits += s->l1_exits;
		refused += s->refused;
		all = all && right(&worker[i]);
	}
	printf("@ stress");
	print_number("vcpus", workers);
	print_number("rounds", rounds);
	print_number("timers", timers);
	print_number("taken", taken);
	print_number("moved", moved);
	print_number("offline", offlined);
	print_number("signals", signalled);
	print_number("interrupted", interrupted);
	print_number("restored", restored);
	print_number("armed", armed);
	print_number("ahead", ahead);
	print_number("scaled", scaled);
	print_number("nested_exits", exits);
	print_number("refused", refused);
	putchar('\n');
	return all;
}

static bool run_all(void)
{
	/* Not so near to the wrap that it gets there. */
	static const uint64_t above[] = { 0, 1ull << 62, 1ull << 63, -(1ull << 44) };
	struct kvm_msr_entry start = { .index = MSR_TSC, .data = TSC_START };
	bool disturbed = disturbing();
	unsigned int i;

	create_all();
	for (i = 0; i < workers; i++) {
		vcpu_reset(&worker[i].vcpu);
		if (scaling)
			start.data = TSC_START + above[below(ARRAY_SIZE(above))];
		set_msrs(worker[i].vcpu.fd, &start, 1);
	}
	start_all();
	while (any_running()) {
		usleep(below(gap + 1));
		if (!disturbed)
			continue;
		disturb();
		if (!disturbing())
			enough();
	}
	stop_all();
	return print_results() && !disturbing();
}

/* Of a process that is dead now: whether it had got so far that a timer was running. */
static bool timer_running(unsigned int i)
{
	const struct shared *s;

	s = (struct shared *)(machine.memory + (size_t)i * MEMORY_SIZE + SHARED_BASE);
	return s->timers > s->taken + s->lost;
}

static void ask(char **arguments)
{
	unsigned int i;

	/* A child that is killed leaves behind how far it was. */
	machine.memory = machine_memory(workers, kills ? MAP_SHARED : MAP_PRIVATE);
	for (i = 0; i < workers; i++) {
		struct shared *s;
		unsigned long long count = 0, ticks = 0;

		s = (struct shared *)(machine.memory + (size_t)i * MEMORY_SIZE + SHARED_BASE);
		if (sscanf(arguments[i], "%31[^,],%llu,%llu", s->name, &count, &ticks) < 1)
			die("what is %s?", arguments[i]);
		s->count = disturbing() || kills ? UINT64_MAX : count;
		s->ticks = ticks;
		s->seed = below(UINT64_MAX - 1) + 1;
	}
}

/* The child is killed wherever it is: it may not even have made its VM. */
static void kill_one(char **arguments)
{
	unsigned int i, alive = 0;
	int status;
	pid_t pid;

	ask(arguments);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("no process");
	if (!pid)
		_exit(run_all() ? 0 : 1);
	usleep(below(gap + 1));
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		die("it had ended by itself: give it more to do");
	for (i = 0; i < workers; i++)
		alive += timer_running(i);
	armed += alive > 0;
	machine_forget(machine.memory, workers);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_kick };	/* no SA_RESTART */
	unsigned long i;
	int option;

	while ((option = getopt(argc, argv, "m:i:o:r:k:zg:s:")) != -1) {
		switch (option) {
		case 'm':
			moves = strtoul(optarg, NULL, 0);
			break;
		case 'i':
			signals = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			offlines = strtoul(optarg, NULL, 0);
			break;
		case 'r':
			restores = strtoul(optarg, NULL, 0);
			break;
		case 'k':
			kills = strtoul(optarg, NULL, 0);
			break;
		case 'z':
			scaling = true;
			break;
		case 'g':
			gap = strtoul(optarg, NULL, 0);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 0) * 0x9e3779b97f4a7c15 + 1;
			break;
		default:
			return 2;
		}
	}
	workers = argc - optind;
	if (offlines && sysconf(_SC_NPROCESSORS_CONF) < 2)
		die("there is only one CPU");
	if (!workers || workers > VCPUS_AT_MOST)
		die("usage: stress [OPTION]... WORKLOAD[,COUNT[,TICKS]]...");
	sigaction(KICK, &action, NULL);
	if (!kills) {
		ask(argv + optind);
		return !run_all();
	}
	for (i = 0; i < kills; i++)
		kill_one(argv + optind);
	printf("@ stress vcpus=%u kills=%lu armed=%lu\n", workers, kills, armed);
	return 0;
}
