// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress: runs workloads in one virtual machine, each on a vCPU and in a thread of
 * its own, disturbs them meanwhile, and judges. stress --help shows the options.
 *
 * Exit status: 0 if all workloads went through and no timer was lost, early or stray,
 * 1 if not, 2 if they could not be run.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disturb.h"
#include "workers.h"
#include "workloads.h"

/* How often the process with all workloads is to be killed. */
static unsigned long kills;

static void on_kick(int number)
{
	(void)number;
}

static bool right(const struct worker *w)
{
	const struct shared *s = w->vcpu.shared;

	return !strcmp(w->end, "done") && !s->problem[0] && s->known && s->done &&
		s->done >= s->count &&
		s->taken == s->timers && !s->lost && !s->early && !s->stray &&
		!s->unexpected && !s->vmfails;
}

/* Prints one vCPU's figures. Returns the median length of its round trips. */
static uint32_t print_worker(unsigned int number)
{
	const struct worker *w = &worker[number];
	struct shared *s = w->vcpu.shared;
	uint32_t step = median(s->step, s->steps < SAMPLES ? s->steps : SAMPLES);
	const char *end = w->end;

	if (s->problem[0])
		end = s->problem;
	else if (!strcmp(end, "done") && !s->known)
		end = "there-is-no-such-workload";
	printf("# vcpu %u: %s end=%s", number, s->name, end);
	print_number("done", s->done);
	print_number("timers", s->timers);
	print_number("taken", s->taken);
	print_number("lost", s->lost);
	print_number("early", s->early);
	print_number("stray", s->stray);
	print_number("late_max", s->late_max);
	print_number("step_median", step);
	print_number("unshadowed", s->unshadowed);
	print_number("l1_exits", s->l1_exits);
	print_number("unexpected", s->unexpected);
	print_number("last_unexpected", s->last_unexpected);
	print_number("vmfails", s->vmfails);
	putchar('\n');
	return step;
}

/* Prints the figures of each vCPU and their sums. Returns whether all are right. */
static bool print_results(void)
{
	uint64_t rounds = 0, timers = 0, taken = 0, exits = 0, refused = 0;
	uint32_t slowest = 0;
	bool all = true;
	unsigned int i;

	for (i = 0; i < workers; i++) {
		const struct shared *s = worker[i].vcpu.shared;
		uint32_t step = print_worker(i);

		if (step > slowest)
			slowest = step;
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
	for (i = 0; i < DISTURBANCES; i++)
		print_number(disturbance[i].name, disturbance[i].done);
	print_number("interrupted", tally.interrupted);
	print_number("armed", tally.armed);
	print_number("ahead", tally.ahead);
	print_number("scaled", tally.scaled);
	print_number("nested_exits", exits);
	print_number("refused", refused);
	/* The median of the slowest vCPU. */
	print_number("step_median", slowest);
	putchar('\n');
	return all;
}

static bool run_all(void)
{
	bool disturbed = disturbing();

	workers_create();
	workers_reset();
	workers_start();
	while (workers_running()) {
		wait_a_little();
		if (!disturbed)
			continue;
		disturb();
		if (!disturbing())
			workers_finish();
	}
	workers_stop();
	return print_results() && !disturbing();
}

static struct shared *shared_of(unsigned int number)
{
	return (struct shared *)(machine.memory + (size_t)number * MEMORY_SIZE + SHARED_BASE);
}

static void ask(char **arguments)
{
	unsigned int i;

	/* Shared, so that a killed child leaves its results. */
	machine.memory = machine_memory(workers, kills ? MAP_SHARED : MAP_PRIVATE);
	for (i = 0; i < workers; i++) {
		struct shared *s = shared_of(i);
		unsigned long long count = 0, ticks = 0;

		if (sscanf(arguments[i], "%31[^,],%llu,%llu", s->name, &count, &ticks) < 1)
			die("\"%s\" does not begin with a workload (--help shows them)",
			    arguments[i]);
		s->count = disturbing() || kills ? UINT64_MAX : count;
		s->ticks = ticks;
		s->seed = below(UINT64_MAX - 1) + 1;
	}
}

/* Kills the child wherever it is. It may not have made its VM yet. */
static void kill_one(char **arguments)
{
	unsigned int i, alive = 0;
	int status;
	pid_t pid;

	ask(arguments);
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("cannot start a process");
	if (!pid)
		_exit(run_all() ? 0 : 1);
	wait_a_little();
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		die("the workloads ended before they were killed: one failed; run them without -k");
	/* Whether a timer was running when the child was killed. */
	for (i = 0; i < workers; i++)
		alive += shared_of(i)->timers > shared_of(i)->taken + shared_of(i)->lost;
	tally.armed += alive > 0;
	machine_forget(machine.memory, workers);
}

static void show_usage(void)
{
	int i;

	puts("usage: stress [OPTION]... WORKLOAD[,COUNT[,TICKS]]...\n"
	     "\n"
	     "Runs each workload on a vCPU of one virtual machine, COUNT times, with timers of\n"
	     "TICKS TSC ticks. Exit status: 0 if all went through and no timer was lost, early or\n"
	     "stray (taken, but never set), 1 if not, 2 if they could not be run.\n"
	     "\n"
	     "Disturbances. Whatever COUNT is, the workloads go on until all of these are done:\n");
	for (i = 0; i < DISTURBANCES; i++)
		printf("  -%c N   N times %s\n", disturbance[i].option, disturbance[i].help);
	puts("  -k N   N times run all workloads in a process, and kill it at a random moment\n"
	     "\n"
	     "Other options:\n"
	     "  -g N   wait at most N microseconds before the next disturbance (1000)\n"
	     "  -s N   the seed of all random numbers (1)\n"
	     "  -z     give each vCPU its own TSC frequency and its own first TSC value\n"
	     "\n"
	     "workloads:" WORKLOADS);
}

static void options(int argc, char **argv)
{
	static const struct option words[] = { { "help", no_argument, NULL, 'h' }, { } };
	int option;

	seed_is(1);
	while ((option = getopt_long(argc, argv, "m:i:o:r:k:zg:s:h", words, NULL)) != -1) {
		switch (option) {
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
			seed_is(strtoull(optarg, NULL, 0));
			break;
		case 'h':
			show_usage();
			exit(0);
		case '?':
			exit(2);
		default:
			disturbance_of(option)->wanted = strtoul(optarg, NULL, 0);
			break;
		}
	}
	workers = argc - optind;
	if (disturbance_of('o')->wanted && sysconf(_SC_NPROCESSORS_CONF) < 2)
		die("-o needs a second CPU, and there is only one");
	if (!workers || workers > WORKERS_AT_MOST)
		die("name 1 to %d workloads (--help shows them)", WORKERS_AT_MOST);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_kick };	/* no SA_RESTART */
	unsigned long i;

	options(argc, argv);
	sigaction(KICK, &action, NULL);
	if (!kills) {
		ask(argv + optind);
		return !run_all();
	}
	for (i = 0; i < kills; i++)
		kill_one(argv + optind);
	printf("@ stress vcpus=%u kills=%lu armed=%lu\n", workers, kills, tally.armed);
	return 0;
}
