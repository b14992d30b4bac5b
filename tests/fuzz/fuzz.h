/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the parts of fuzz: random numbers, and messages. */
#ifndef FUZZ_H
#define FUZZ_H

#include "kvm.h"
#include "hv_timer_setup.h"

#define ALL_BITS	0xffffffffull
/* The highest TSC that the unit allows. */
#define LATEST		(~0ull >> 1)

/* Prints a step, if only one case runs. */
void tell(const char *format, ...);

/* Prints what is wrong, and ends the program. */
void wrong(const char *what);
void expect(bool good, const char *what);

/* A case's numbers depend only on the seed and on its number. */
u64 any64(void);
u64 below(u64 bound);

/* Of any length, often next to a power of two. */
u64 odd_number(void);

/* Often just before or after another TSC, or so far away that the timer value is near its limit. */
u64 number_near(u64 other);

/* The pure functions, in functions.c. */
void value_of_a_deadline(void);
void deadline_from_a_delta(void);
void guest_delta(void);
void scale(void);
void set_up(void);

/* What happens to a vCPU, in vcpu.c. */
void vcpu_begin(void);
void both_controls(void);
void make_vmcs(void);
void load_vmcs(void);
void set_deadline(void);
void pass_time(void);
void set_pin_controls(void);
void enter(void);
void expect_counters(void);

#endif
