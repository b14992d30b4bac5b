/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the suites: pseudo-random numbers that are the same in every run, 128-bit
 * references that only shift, add, multiply and compare, and the unit's functions for a CPU
 * without erratum EMR158.
 */
#ifndef HV_TIMER_TEST_H
#define HV_TIMER_TEST_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "hv_timer_value.h"

/* The suites that need only the arithmetic; hv_timer_suites.c registers them. */
extern struct kunit_suite hv_timer_rule_suite, hv_timer_value_suite, hv_timer_deadline_suite;
extern struct kunit_suite hv_timer_guest_suite, hv_timer_cap_suite, hv_timer_entry_suite;

/* Random numbers drawn at each rate. */
#define HV_TIMER_TEST_DRAWS	1000

/* Put into an output before the call, to see whether the call changes it. */
#define UNTOUCHED	0x5eed5eed5eed5eedULL

/**
 * longest_delta() - the greatest number of TSC ticks that the timer can hold
 * @rate: the timer's rate
 *
 * Return: TSC ticks.
 */
static inline u64 longest_delta(unsigned int rate)
{
	return (BIT_ULL(32) << rate) - 1;
}

/**
 * plain_too_short() - hv_timer_too_short() without an erratum
 * @tsc_hz: the TSC's frequency in Hz
 * @rate: the timer's rate
 *
 * Return: true if the timer lasts less than 10 s.
 */
static inline bool plain_too_short(u64 tsc_hz, unsigned int rate)
{
	return hv_timer_too_short(tsc_hz, rate, HV_TIMER_NO_CAP);
}

/**
 * plain_full_count_ms() - hv_timer_full_count_ms() without an erratum
 * @tsc_hz: the TSC's frequency in Hz
 * @rate: the timer's rate
 *
 * Return: the time that the timer lasts, in ms.
 */
static inline u64 plain_full_count_ms(u64 tsc_hz, unsigned int rate)
{
	return hv_timer_full_count_ms(tsc_hz, rate, HV_TIMER_NO_CAP);
}

/**
 * plain_value() - hv_timer_value() without an erratum
 * @deadline: host TSC at which to fire
 * @now: host TSC
 * @rate: the timer's rate
 *
 * Return: the timer value.
 */
static inline u32 plain_value(u64 deadline, u64 now, unsigned int rate)
{
	return hv_timer_value(deadline, now, rate, HV_TIMER_NO_CAP);
}

/**
 * plain_deadline() - hv_timer_deadline() without an erratum
 * @now: host TSC
 * @delta: TSC ticks from @now
 * @rate: the timer's rate
 * @deadline: where the deadline goes
 *
 * Return: 0 or -ERANGE.
 */
static inline int plain_deadline(u64 now, u64 delta, unsigned int rate, u64 *deadline)
{
	return hv_timer_deadline(now, delta, rate, HV_TIMER_NO_CAP, deadline);
}

/**
 * hv_timer_test_random() - next pseudo-random number
 * @state: state of the sequence; its first value is the seed
 *
 * Return: 64 bits.
 */
static inline u64 hv_timer_test_random(u64 *state)
{
	*state = *state * 0xd1342543de82ef95ULL + 0x9e3779b97f4a7c15ULL;

	return *state ^ *state >> 31;
}

/**
 * hv_timer_test_spread() - next pseudo-random number, of any magnitude
 * @state: state of the sequence
 *
 * Return: 1 to 64 bits, every length being as likely as another.
 */
static inline u64 hv_timer_test_spread(u64 *state)
{
	unsigned int shift = hv_timer_test_random(state) >> 58;

	return hv_timer_test_random(state) >> shift;
}

/**
 * hv_timer_test_value_is_right() - whether a timer value fires at its deadline
 * @deadline: host TSC at which to fire
 * @now: host TSC
 * @rate: the timer's rate
 * @max: the highest value that the CPU gets right
 * @value: the timer value
 *
 * Return: true if @value does not run out after @deadline, and runs out less than a timer
 *	tick before it or is @max.
 */
static inline bool hv_timer_test_value_is_right(u64 deadline, u64 now,
						unsigned int rate, u32 max, u32 value)
{
	unsigned __int128 left = deadline > now ? deadline - now : 0;
	unsigned __int128 ticks = value;

	if (value > max || ticks << rate > left)
		return false;

	return value == max || (ticks + 1) << rate > left;
}

/**
 * hv_timer_test_scale_fits() - whether scaled ticks fit in 64 bits
 * @guest: guest TSC ticks
 * @frac_bits: binary places of @ratio
 * @ratio: guest ticks for one host tick
 *
 * Return: true when (@guest << @frac_bits) / @ratio is below 2^64.
 */
static inline bool hv_timer_test_scale_fits(u64 guest, unsigned int frac_bits,
					    u64 ratio)
{
	return (unsigned __int128)guest << frac_bits <
		(unsigned __int128)ratio << 64;
}

/**
 * hv_timer_test_scale_is_right() - whether a quotient is the right one
 * @guest: guest TSC ticks
 * @frac_bits: binary places of @ratio
 * @ratio: guest ticks for one host tick
 * @host: host TSC ticks
 *
 * Return: true when @host is (@guest << @frac_bits) / @ratio rounded down.
 */
static inline bool hv_timer_test_scale_is_right(u64 guest,
						unsigned int frac_bits,
						u64 ratio, u64 host)
{
	unsigned __int128 dividend = (unsigned __int128)guest << frac_bits;
	unsigned __int128 product = (unsigned __int128)host * ratio;

	return product <= dividend && dividend - product < ratio;
}

#endif /* HV_TIMER_TEST_H */
