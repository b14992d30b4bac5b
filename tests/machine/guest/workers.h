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
 * @over: the workload has come to its end
 * @end: that end, in one word
 * @seen_done: how far it was when it was last seen to get on
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

/* Give each vCPU a TSC frequency, and a TSC to begin with, of its own. */
extern bool scaling;

/**
 * struct tally - what has been seen meanwhile
 * @interrupted: KVM_RUNs that a signal ended
 * @armed: states saved, or processes killed, with a timer running
 * @ahead: states that were there again before that timer was due
 * @scaled: vCPUs that were given a TSC frequency
 */
struct tally {
	unsigned long interrupted;
	unsigned long armed;
	unsigned long ahead;
	unsigned long scaled;
};

extern struct tally tally;

/* A number below @bound: all chances and random moments come from it. */
uint64_t below(uint64_t bound);
void seed_is(uint64_t number);

/* A new VM with vCPUs for all workers. */
void workers_create(void);

/* Puts all vCPUs where the payload begins. */
void workers_reset(void);

/* Threads for all that are not over. */
void workers_start(void);

/* No thread is left then, and each vCPU's state is whole. */
void workers_stop(void);

/* Whether any is still at it. One that does not get on is ended. */
bool workers_running(void);

/* Lets the workloads end: they look at their count each time round. */
void workers_finish(void);

#endif
