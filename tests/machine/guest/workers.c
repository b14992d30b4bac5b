// SPDX-License-Identifier: GPL-2.0-only
/* The workloads' vCPUs and threads, see workers.h. */
#include "workers.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#define STUCK	20	/* seconds without progress, after which a workload has failed */

/*
 * The lowest TSC that a guest begins with. If a TSC is written that is less than a second from
 * what KVM expects, KVM takes that for an attempt to synchronize TSCs, and sets the one that it
 * expects. For a restored guest that could be a step backwards. A new VM expects about 0.
 */
#define TSC_START	(1ull << 40)

struct worker worker[WORKERS_AT_MOST];
unsigned int workers;
struct machine machine;
bool scaling;
struct tally tally;

static bool stopping;
static uint64_t seed;

void seed_is(uint64_t number)
{
	/* Neighbouring seeds must give different numbers, and xorshift() no state of 0. */
	seed = number * 0x9e3779b97f4a7c15 + 1;
}

uint64_t below(uint64_t bound)
{
	return xorshift(&seed) % bound;
}

/* Runs a vCPU until its workload has ended or all are to stop. */
static void *run_vcpu(void *argument)
{
	struct worker *w = argument;

	do {
		if (!ioctl(w->vcpu.fd, KVM_RUN, NULL)) {
			w->end = vcpu_end(&w->vcpu);
			continue;
		}
		if (errno != EINTR) {
			w->end = strerror(errno);
			break;
		}
		/* Before it returned, KVM_RUN has completed what the last exit asked for. */
		if (__atomic_load_n(&stopping, __ATOMIC_ACQUIRE))
			return NULL;
		__atomic_fetch_add(&tally.interrupted, 1, __ATOMIC_RELAXED);
	} while (!w->end);
	__atomic_store_n(&w->over, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Sets the host's frequency times 0.25 to 4. Needs a CPU with TSC scaling. */
static void scale_tsc(struct vcpu *v)
{
	unsigned long host = REQUEST(v->fd, KVM_GET_TSC_KHZ, 0);

	REQUEST(v->fd, KVM_SET_TSC_KHZ, host / 4 + below(host * 15 / 4));
	tally.scaled++;
}

void workers_create(void)
{
	unsigned int i;

	machine_create(&machine, machine.memory, workers);
	for (i = 0; i < workers; i++) {
		vcpu_create(&machine, &worker[i].vcpu, i);
		if (scaling)
			scale_tsc(&worker[i].vcpu);
	}
}

void workers_reset(void)
{
	/* The last one is so far from the wrap that no run gets there. */
	static const uint64_t above[] = { 0, 1ull << 62, 1ull << 63, -(1ull << 44) };
	unsigned int i;

	for (i = 0; i < workers; i++) {
		uint64_t start = TSC_START;

		vcpu_reset(&worker[i].vcpu);
		if (scaling)
			start += above[below(ARRAY_SIZE(above))];
		state_set_tsc(&worker[i].vcpu, start);
	}
}

void workers_start(void)
{
	struct timespec now;
	unsigned int i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (i = 0; i < workers; i++) {
		if (worker[i].over)
			continue;
		worker[i].seen = now.tv_sec;
		if (pthread_create(&worker[i].thread, NULL, run_vcpu, &worker[i]))
			die("cannot start a thread");
		worker[i].started = true;
	}
}

/* immediate_exit ends the next KVM_RUN of a thread that is not in one just now. */
void workers_stop(void)
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

bool workers_running(void)
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
	workers_stop();
	for (w = worker; w < worker + workers; w++)
		if (!w->over)
			w->end = "timeout";
	return false;
}

void workers_finish(void)
{
	unsigned int i;

	for (i = 0; i < workers; i++)
		__atomic_store_n(&worker[i].vcpu.shared->count, 0, __ATOMIC_RELAXED);
}
