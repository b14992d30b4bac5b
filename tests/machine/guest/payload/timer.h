/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC's timer in TSC-deadline mode, and what is known of the one
 * timer that may be running: whether its interrupt came, when, and how often.
 *
 * Everything but timer_running() is called with interrupts off.
 */
#ifndef TIMER_H
#define TIMER_H

#include "payload.h"

#define TICKS	100000		/* from now to the usual deadline */
#define BOUND	20000000	/* a timer that is that much too late is given up */

#define MSR_X2APIC_EOI		0x80b

/* Has to be called first. The results go to @s. */
void timers_init(struct shared *s);

/* From now to a plain timer's deadline. */
uint64_t timer_ticks(const struct shared *s);

/* A number below @bound, from a xorshift generator that begins at s->seed. */
uint64_t below(uint64_t bound);

/* Starts a timer that is to fire at @time. */
void timer_start(uint64_t time);

/* Gives the running timer another time. If it has fired by now, it is a new one. */
void timer_restart(uint64_t time);

/* Calls the running timer off, if it has not fired by now. */
void timer_cancel(void);

/* Whether a timer has been started and its interrupt has not come yet. */
bool timer_running(void);

/* How many interrupts there were so far, those of timers that were overtaken included. */
uint64_t timer_interrupts(void);

/*
 * An interrupt that the vCPU sends to itself: it is pending at once. self_ipis(): how many
 * have been taken.
 */
void self_ipi_init(void);
void self_ipi(void);
uint64_t self_ipis(void);

/* The running timer's time. */
uint64_t timer_deadline(void);

/* Gives the running timer up: its time was BOUND ticks ago. */
void timer_give_up(void);

/* Notes that what was to happen at @time happened @now. */
void timer_note(struct shared *s, uint64_t time, uint64_t now);

/* The ways to wait for the running timer: without exits and with them, halted. */
enum wait { WAIT_SPINNING, WAIT_EXITING, WAIT_HALTED, WAITS };

/* Waits until it has come, or gives it up; a halted guest cannot do that. */
void timer_wait(enum wait how);

#endif
