// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 10 s rule and the figures that are logged with it. In ticks: the full
 * count is max << rate of them, ten seconds are 10 * hz.
 */
#include "hv_timer_value.h"
#include "proof.h"

void proof_tsc_hz(void)
{
	u64 given = nondet_u64();
	u64 hz;

	hz = hv_timer_tsc_hz(given);

	prove("never 0", hz != 0);
	if (given) {
		prove("as given", hz == given);
		reached("a known frequency");
	} else {
		prove("5 GHz for an unknown one", hz == 5ULL * 1000 * 1000 * 1000);
		reached("an unknown frequency");
	}
}

/*
 * B7, for all frequencies, rates and highest values. The shift drops a
 * fraction of the frequency, less than one timer tick per second; without it the
 * rule is exact from a highest value of 10 on, below which there is no timer. With
 * it, the rule never refuses a timer that lasts ten seconds, and lets none pass that
 * does not last five: that much the fraction can be where the count is in the tens.
 */
void proof_too_short(void)
{
	u64 given = nondet_u64();
	u32 rate = any_rate();
	u128 hz = given ? given : 5ULL * 1000 * 1000 * 1000;
	u32 any = nondet_u32();
	u32 max = HV_TIMER_NO_CAP;
	u128 count = (u128)max << rate;
	u128 fraction = hz & (((u128)1 << rate) - 1);
	bool too_short;

	prove("as B7 has it, whatever the cap",
	      hv_timer_too_short(given, rate, any) == (any < 10 || hz >> rate > any / 10));

	/* What that means, without a cap: with one no solver is done in time. */
	too_short = hv_timer_too_short(given, rate, max);
	prove("as B7 has it", too_short == (hz >> rate > max / 10));
	prove("the count lasts under 10 s, the fraction left out",
	      too_short == (count < 10 * (hz - fraction)));
	if (too_short) {
		prove("none that lasts 10 s is refused", count < 10 * hz);
		reached("too short");
		if (!given)
			reached("too short at an unknown frequency");
	} else {
		prove("it lasts 5 s at least", count >= 5 * hz);
		reached("long enough");
		if (!given)
			reached("long enough at an unknown frequency");
		if (hz >> rate == 0)
			reached("a timer below 1 Hz");
	}
}

/*
 * What hv_timer_full_count_ms() takes: up to U64_MAX / 1000, and from 500 Hz,
 * below which the result does not fit in 64 bits at the rate 31.
 */
static u64 any_hz(void)
{
	u64 hz = nondet_u64();

	assume(!hz || (hz >= 500 && hz <= U64_MAX / 1000));
	return hz;
}

/*
 * For all of these frequencies, all rates and highest values: nothing overflows and
 * nothing is divided by 0. CBMC's own checks say so.
 */
void proof_full_count_ms_fits(void)
{
	u64 hz = any_hz();
	u32 rate = any_rate();

	hv_timer_full_count_ms(hz, rate, nondet_u32());

	if (hz)
		reached("a known frequency");
	else
		reached("an unknown frequency");
}

/*
 * What is logged agrees with the rule. 9999 is possible on both sides: the rule
 * leaves a fraction of the frequency out, and ms are rounded down. It is so for each
 * highest value that a TSC comes to which is no slower than its crystal clock.
 */
void proof_full_count_ms_rule(void)
{
	u64 hz = any_hz();
	u32 rate = any_rate();
	u32 max = HV_TIMER_NO_CAP;
	bool too_short;
	u64 ms;

	too_short = hv_timer_too_short(hz, rate, max);
	ms = hv_timer_full_count_ms(hz, rate, max);

	if (too_short) {
		prove("too short: under 10 s", ms < 10000);
		reached("too short");
	} else {
		prove("long enough: 10 s but for the rounding", ms >= 9999);
		reached("long enough");
	}
}
