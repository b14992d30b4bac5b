/* SPDX-License-Identifier: GPL-2.0-only */
/* The workloads of stress, each on a vCPU and in a thread of its own. */
#ifndef WORKERS_H
#define WORKERS_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "machine.h"
#include "state.h"

#define WORKERS_AT_MOST	16
#define KICK		SIGUSR1		/* ends a KVM_RUN */

/**
 * struct worker - one workload
 * @vcpu: where it runs
 * @thread: what runs it
 * @started: @thread is there, to be joined
 * @over: the workload has ended
 * @end: how it ended, in one word
 * @seen_done: how often it had been done when it last made progress
 * @seen: when that was, in seconds
 * @state: the vCPU's state while it is taken from one VM to another
 */
struct worker {
	struct vcpu vcpu;
	pthread_t thread;
	bool started;
	bool over;
	const char *end;
	uint64_t seen_done;
	time_t seen;
	struct state state;
};

extern struct worker worker[WORKERS_AT_MOST];
extern unsigned int workers;

/* The VM that all of them are in. */
extern struct machine machine;

/* Whether each vCPU gets its own TSC frequency and its own first TSC value. */
extern bool scaling;

/**
 * struct tally - what has been counted while the workloads ran
 * @interrupted: KVM_RUNs that a signal ended
 * @armed: states saved, or processes killed, with a timer running
 * @ahead: states restored before that timer was due
 * @scaled: vCPUs that were given a TSC frequency
 */
struct tally {
	unsigned long interrupted;
	unsigned long armed;
	unsigned long ahead;
	unsigned long scaled;
};

extern struct tally tally;

/* Returns a random number below @bound. */
uint64_t below(uint64_t bound);
void seed_is(uint64_t number);

/* Creates a new VM with vCPUs for all workers. */
void workers_create(void);

/* Makes all vCPUs begin the payload. */
void workers_reset(void);

/* Starts a thread for each worker that is not over. */
void workers_start(void);

/* Stops and joins all threads. After that each vCPU's state is complete. */
void workers_stop(void);

/* Returns whether any worker still runs. Ends all of them if one makes no progress. */
bool workers_running(void);

/* Lets the workloads end after the current round, by setting their counts to 0. */
void workers_finish(void);

#endif
