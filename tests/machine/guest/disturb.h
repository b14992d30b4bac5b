/* SPDX-License-Identifier: GPL-2.0-only */
/* The disturbances: done to the workloads at random moments, none may make one lose a timer. */
#ifndef DISTURB_H
#define DISTURB_H

#include "workers.h"

/**
 * struct disturbance - one thing that is done to the workloads
 * @option: its letter on the command line
 * @name: what it is counted as in the result
 * @help: what it does
 * @rarity: it is done at one of so many moments, because some take long
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

/* The longest wait between two moments, in microseconds. */
extern unsigned long gap;

/* Waits for a random moment. */
void wait_a_little(void);

/* Returns the disturbance with this letter, or NULL. */
struct disturbance *disturbance_of(int option);

/* Returns whether any disturbance is still to be done. */
bool disturbing(void);

/* Does, at this moment, those that are due by their rarity. */
void disturb(void);

#endif
