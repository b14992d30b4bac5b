// SPDX-License-Identifier: GPL-2.0-only
/* The disturbances: a table, and what its rows do. See disturb.h. */
#define _GNU_SOURCE
#include "disturb.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

unsigned long gap = 1000;

void wait_a_little(void)
{
	usleep(below(gap + 1));
}

/* Fails if the CPU has just gone offline. */
static bool move(struct worker *w)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(below(sysconf(_SC_NPROCESSORS_CONF)), &set);
	return w->started && !pthread_setaffinity_np(w->thread, sizeof(set), &set);
}

static bool send_signal(struct worker *w)
{
	return w->started && !pthread_kill(w->thread, KICK);
}

/* CPU 0 can't be taken offline. */
static bool take_offline(struct worker *w)
{
	unsigned long cpu = 1 + below(sysconf(_SC_NPROCESSORS_CONF) - 1);
	bool ok = true;
	char path[64];
	int i;

	(void)w;
	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%lu/online", cpu);
	for (i = 0; i < 2; i++) {
		FILE *f = fopen(path, "w");

		ok = f && fprintf(f, "%d", i) > 0 && ok;
		if (!f || fclose(f))
			die("%s: %s", path, strerror(errno));
		wait_a_little();
	}
	return ok;
}

/* Destroys the old VM when the new one runs already, because that takes long. */
static bool take_to_new_machine(struct worker *w)
{
	struct machine old = machine;
	struct vcpu old_vcpu[WORKERS_AT_MOST];
	unsigned int i;

	(void)w;
	workers_stop();
	for (i = 0; i < workers; i++) {
		tally.armed += state_save(&machine, &worker[i].vcpu, &worker[i].state);
		old_vcpu[i] = worker[i].vcpu;
	}
	workers_create();
	for (i = 0; i < workers; i++)
		tally.ahead += state_restore(&worker[i].vcpu, &worker[i].state);
	workers_start();
	for (i = 0; i < workers; i++)
		vcpu_destroy(&old_vcpu[i]);
	machine_destroy(&old);
	return true;
}

struct disturbance disturbance[DISTURBANCES] = {
	{
		.option = 'm', .name = "moved", .rarity = 1, .act = move,
		.help = "move a thread to another CPU, or to the same",
	}, {
		.option = 'i', .name = "signals", .rarity = 1, .act = send_signal,
		.help = "send a signal to a thread",
	}, {
		.option = 'o', .name = "offline", .rarity = 4, .act = take_offline,
		.help = "take a CPU offline, and bring it back",
	}, {
		.option = 'r', .name = "restored", .rarity = 4, .act = take_to_new_machine,
		.help = "stop all vCPUs, save their state, and go on with it in a new VM",
	},
};

struct disturbance *disturbance_of(int option)
{
	int i;

	for (i = 0; i < DISTURBANCES; i++)
		if (disturbance[i].option == option)
			return &disturbance[i];
	return NULL;
}

bool disturbing(void)
{
	int i;

	for (i = 0; i < DISTURBANCES; i++)
		if (disturbance[i].done < disturbance[i].wanted)
			return true;
	return false;
}

void disturb(void)
{
	struct disturbance *d;

	for (d = disturbance; d < disturbance + DISTURBANCES; d++) {
		if (d->done < d->wanted && !below(d->rarity))
			d->done += d->act(&worker[below(workers)]);
	}
}
