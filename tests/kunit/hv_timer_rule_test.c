// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for the 10 s rule, and for how long the full count lasts. */
#include <kunit/test.h>

#include "hv_timer_test.h"

/* The frequency, in Hz, of the fastest timer that the 10 s rule accepts. */
#define FASTEST_HZ	429496729ULL

static void constants_are_those_of_the_design(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, HV_TIMER_SOFT_DISABLED, 0xffffffffU);
	KUNIT_EXPECT_EQ(test, HV_TIMER_NO_CAP, 0xffffffffU);
	KUNIT_EXPECT_EQ(test, HV_TIMER_MAX_RATE, 31U);
	KUNIT_EXPECT_EQ(test, HV_TIMER_NO_DEADLINE, U64_MAX);
	KUNIT_EXPECT_EQ(test, HV_TIMER_MIN_SECONDS, 10U);
	KUNIT_EXPECT_EQ(test, HV_TIMER_UNKNOWN_TSC_HZ, 5000000000ULL);
}

static void rule_edge_at_every_rate(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		/* All frequencies that the shift makes the edge, and their two neighbours. */
		u64 first = FASTEST_HZ << rate;
		u64 last = first + BIT_ULL(rate) - 1;

		KUNIT_ASSERT_FALSE_MSG(test, plain_too_short(first - 1, rate),
				       "rate %u", rate);
		KUNIT_ASSERT_FALSE_MSG(test, plain_too_short(first, rate),
				       "rate %u", rate);
		KUNIT_ASSERT_FALSE_MSG(test, plain_too_short(last, rate),
				       "rate %u", rate);
		KUNIT_ASSERT_TRUE_MSG(test, plain_too_short(last + 1, rate),
				      "rate %u", rate);
	}
}

static void rule_unknown_frequency_is_5_ghz(struct kunit *test)
{
	unsigned int rate;

	KUNIT_EXPECT_EQ(test, hv_timer_tsc_hz(0), 5000000000ULL);

	/* 5 GHz >> 3 is 625 MHz, 5 GHz >> 4 is 312.5 MHz. */
	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++)
		KUNIT_ASSERT_EQ_MSG(test, plain_too_short(0, rate), rate < 4,
				    "rate %u", rate);
}

static void rule_known_frequency_is_kept(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_tsc_hz(1), 1ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_tsc_hz(2400000000ULL), 2400000000ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_tsc_hz(U64_MAX), U64_MAX);
}

static void rule_shift_gives_zero(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, plain_too_short(2000000000ULL, 31));
	KUNIT_EXPECT_FALSE(test, plain_too_short(1, 1));
	KUNIT_EXPECT_FALSE(test, plain_too_short(1, 31));
}

static void rule_wide_frequency_is_not_cut(struct kunit *test)
{
	unsigned int rate;

	/* Above 2^32 after the shift: the low half alone would pass. */
	KUNIT_EXPECT_TRUE(test, plain_too_short(BIT_ULL(32), 0));
	KUNIT_EXPECT_TRUE(test, plain_too_short(BIT_ULL(63), 31));

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++)
		KUNIT_ASSERT_TRUE_MSG(test, plain_too_short(U64_MAX, rate),
				      "rate %u", rate);
}

struct machine {
	const char *name;
	u64 tsc_hz;
	unsigned int rate;
	u64 full_count_ms;
	bool too_short;
};

static const struct machine machines[] = {
	{ "2.4 GHz at rate 5", 2400000000ULL, 5, 57266, false },
	{ "100 MHz at rate 0", 100000000ULL, 0, 42949, false },
	{ "1 GHz at rate 0", 1000000000ULL, 0, 4294, true },
	{ "3 GHz at rate 2", 3000000000ULL, 2, 5726, true },
	{ "3 GHz at rate 3", 3000000000ULL, 3, 11453, false },
	{ "2.0 GHz at rate 31", 2000000000ULL, 31, 4611686017353ULL, false },
	{ "1 kHz at rate 31", 1000, 31, 9223372034707292160ULL, false },
	{ "unknown at rate 3", 0, 3, 6871, true },
	{ "unknown at rate 4", 0, 4, 13743, false },
	{ "unknown at rate 5", 0, 5, 27487, false },
};

static void machine_name(const struct machine *machine, char *name)
{
	strscpy(name, machine->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(machine, machines, machine_name);

static void rule_machine(struct kunit *test)
{
	const struct machine *machine = test->param_value;

	KUNIT_EXPECT_EQ(test, machine->full_count_ms,
			plain_full_count_ms(machine->tsc_hz, machine->rate));
	KUNIT_EXPECT_EQ(test, machine->too_short,
			plain_too_short(machine->tsc_hz, machine->rate));
}

static void rule_full_count_against_reference(struct kunit *test)
{
	u64 state = 0x10;
	unsigned int rate, i;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			/* 1 kHz to U64_MAX / 1000; below, the result may not fit. */
			unsigned __int128 all = U32_MAX;
			u64 hz = 1000 + hv_timer_test_spread(&state) / 1024;
			u64 ms = plain_full_count_ms(hz, rate);

			all = (all << rate) * 1000;
			KUNIT_ASSERT_TRUE_MSG(test,
					      (unsigned __int128)ms * hz <= all,
					      "%llu Hz at rate %u: %llu ms",
					      hz, rate, ms);
			KUNIT_ASSERT_TRUE_MSG(test,
					      ((unsigned __int128)ms + 1) * hz > all,
					      "%llu Hz at rate %u: %llu ms",
					      hz, rate, ms);
		}
	}
}

static void rule_full_count_of_unknown_frequency(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++)
		KUNIT_ASSERT_EQ_MSG(test, plain_full_count_ms(0, rate),
				    plain_full_count_ms(5000000000ULL, rate),
				    "rate %u", rate);
}

static void rule_agrees_with_full_count(struct kunit *test)
{
	u64 state = 0x11;
	unsigned int rate, i, shorts = 0;

	/*
	 * The rule compares frequencies after the shift, which loses less than
	 * 1 Hz. A timer that it accepts may last a few nanoseconds under 10 s,
	 * which is 9999 ms rounded down. One that it refuses lasts less than 10 s.
	 */
	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			u64 hz = 1000 + hv_timer_test_spread(&state) / 1024;
			u64 ms = plain_full_count_ms(hz, rate);

			if (plain_too_short(hz, rate)) {
				KUNIT_ASSERT_LT_MSG(test, ms, 10000ULL,
						    "%llu Hz at rate %u", hz, rate);
				shorts++;
			} else {
				KUNIT_ASSERT_GE_MSG(test, ms, 9999ULL,
						    "%llu Hz at rate %u", hz, rate);
			}
		}
	}

	KUNIT_EXPECT_GT(test, shorts, 1000U);
	KUNIT_EXPECT_LT(test, shorts, 32 * HV_TIMER_TEST_DRAWS - 1000U);
}

static struct kunit_case hv_timer_rule_cases[] = {
	KUNIT_CASE(constants_are_those_of_the_design),
	KUNIT_CASE(rule_edge_at_every_rate),
	KUNIT_CASE(rule_unknown_frequency_is_5_ghz),
	KUNIT_CASE(rule_known_frequency_is_kept),
	KUNIT_CASE(rule_shift_gives_zero),
	KUNIT_CASE(rule_wide_frequency_is_not_cut),
	KUNIT_CASE_PARAM(rule_machine, machine_gen_params),
	KUNIT_CASE(rule_full_count_against_reference),
	KUNIT_CASE(rule_full_count_of_unknown_frequency),
	KUNIT_CASE(rule_agrees_with_full_count),
	{}
};

struct kunit_suite hv_timer_rule_suite = {
	.name = "hv_timer_rule",
	.test_cases = hv_timer_rule_cases,
};
