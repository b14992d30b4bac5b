// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 10 s rule and the figures that are logged with it. In ticks: the full
 * count is 0xffffffff << rate of them, ten seconds are 10 * hz.
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
 * Design B7, for all frequencies and rates. The shift drops a fraction of the
 * frequency, less than one timer tick per second; without it the rule is exact.
 * With it, the rule never refuses a timer that lasts ten seconds.
 */
void proof_too_short(void)
{
	u64 given = nondet_u64();
	u32 rate = any_rate();
	u128 hz = given ? given : 5ULL * 1000 * 1000 * 1000;
	u128 count = (u128)0xffffffff << rate;
	u128 fraction = hz & (((u128)1 << rate) - 1);
	bool too_short;

	too_short = hv_timer_too_short(given, rate);

	prove("as B7 has it", too_short == (hz >> rate > 0xffffffffU / 10));
	prove("the count lasts under 10 s, the fraction left out",
	      too_short == (count < 10 * (hz - fraction)));
	if (too_short) {
		prove("none that lasts 10 s is refused", count < 10 * hz);
		reached("too short");
		if (!given)
			reached("too short at an unknown frequency");
	} else {
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
 * For all of these frequencies and all rates: nothing overflows and nothing is
 * divided by 0. It is CBMC's own checks that say so.
 */
void proof_full_count_ms_fits(void)
{
	u64 hz = any_hz();
	u32 rate = any_rate();

	hv_timer_full_count_ms(hz, rate);

	if (hz)
		reached("a known frequency");
	else
		reached("an unknown frequency");
}

/*
 * What is logged agrees with the rule. 9999 is possible on both sides: the rule
 * leaves a fraction of the frequency out, and ms are rounded down.
 */
void proof_full_count_ms_rule(void)
{
	u64 hz = any_hz();
	u32 rate = any_rate();
	bool too_short;
	u64 ms;

	too_short = hv_timer_too_short(hz, rate);
	ms = hv_timer_full_count_ms(hz, rate);

	if (too_short) {
		prove("too short: under 10 s", ms < 10000);
		reached("too short");
	} else {
		prove("long enough: 10 s but for the rounding", ms >= 9999);
		reached("long enough");
	}
}
