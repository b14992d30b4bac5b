/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC's timer in TSC-deadline mode. One timer may be running: this
 * checks whether its interrupt comes, when, and how often.
 *
 * All functions but timer_running() must be called with interrupts off.
 */
#ifndef TIMER_H
#define TIMER_H

#include "payload.h"

#define TICKS	100000		/* from now to the usual deadline */
#define BOUND	20000000	/* a timer that is so much too late is given up */

#define MSR_X2APIC_EOI		0x80b

/* Must be called first. The results go to @s. */
void timers_init(struct shared *s);

/* Returns the ticks from now to a plain timer's deadline. */
uint64_t timer_ticks(const struct shared *s);

/* Returns a random number below @bound. timers_init() takes the seed from s->seed. */
uint64_t below(uint64_t bound);

/* Starts a timer whose deadline is @time. */
void timer_start(uint64_t time);

/* Gives the running timer another deadline. If it has fired by now, starts a new one. */
void timer_restart(uint64_t time);

/* Calls the running timer off, if it has not fired by now. */
void timer_cancel(void);

/* Returns whether a timer has been started whose interrupt has not come yet. */
bool timer_running(void);

/* Returns how many interrupts came so far, those of overtaken timers included. */
uint64_t timer_interrupts(void);

/*
 * self_ipi() sends an interrupt to this vCPU, which is pending at once. self_ipis() returns
 * how many have been taken.
 */
void self_ipi_init(void);
void self_ipi(void);
uint64_t self_ipis(void);

/* Returns the running timer's deadline. */
uint64_t timer_deadline(void);

/* Gives the running timer up, because it is too late: it counts as lost. */
void timer_give_up(void);

/* Counts a timer as taken @now whose deadline was @time. */
void timer_note(struct shared *s, uint64_t time, uint64_t now);

/* The ways to wait for the running timer: spin, spin with exits, halt. */
enum wait { WAIT_SPINNING, WAIT_EXITING, WAIT_HALTED, WAITS };

/* Waits until the timer has come, or gives it up. A halted guest can't give it up. */
void timer_wait(enum wait how);

#endif
