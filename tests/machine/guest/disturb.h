/* SPDX-License-Identifier: GPL-2.0-only */
/* What must not disturb the workloads, and is done to them at random moments. */
#ifndef DISTURB_H
#define DISTURB_H

#include "workers.h"

/**
 * struct disturbance - one thing that is done to the workloads
 * @option: its letter on the command line
 * @name: what it is counted as in the result
 * @help: what it does
 * @rarity: it is done at one of so many moments: some takes long
 * @act: does it to a worker, or to all; returns whether that could be done
 * @wanted: how often it is to be done
 * @done: how often it has been done
 */
struct disturbance {
	char option;
	const char *name;
	const char *help;
	unsigned int rarity;
	bool (*act)(struct worker *w);
	unsigned long wanted;
	unsigned long done;
};

#define DISTURBANCES	4

extern struct disturbance disturbance[DISTURBANCES];

/* Waits up to that many microseconds between two of them. */
extern unsigned long gap;

/* Waits for a random moment. */
void wait_a_little(void);

/* The one with this letter, or NULL. */
struct disturbance *disturbance_of(int option);

/* Whether there is still something to do. */
bool disturbing(void);

/* Does some of it. */
void disturb(void);

#endif
