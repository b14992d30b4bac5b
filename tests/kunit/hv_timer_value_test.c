// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suites for the arithmetic of the VMX preemption timer: the 10 s rule,
 * the value for a deadline, what a deadline must be to be taken, and a guest's
 * deadline in host ticks.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "hv_timer_test.h"

/* Frequency of the fastest timer that the 10 s rule lets pass, in Hz. */
#define FASTEST_HZ	429496729ULL

/* What an output holds before the call, to see that it is left alone. */
#define UNTOUCHED	0x5eed5eed5eed5eedULL

/* Binary places of VMX's TSC multiplier, and a multiplier of one. */
#define VMX_FRAC_BITS	48
#define VMX_ONE		BIT_ULL(VMX_FRAC_BITS)

/* The greatest number of TSC ticks that fits in the timer. */
static u64 longest_delta(unsigned int rate)
{
	return (BIT_ULL(32) << rate) - 1;
}

/* The functions on a CPU without erratum EMR158. */

static bool plain_too_short(u64 tsc_hz, unsigned int rate)
{
	return hv_timer_too_short(tsc_hz, rate, HV_TIMER_NO_CAP);
}

static u64 plain_full_count_ms(u64 tsc_hz, unsigned int rate)
{
	return hv_timer_full_count_ms(tsc_hz, rate, HV_TIMER_NO_CAP);
}

static u32 plain_value(u64 deadline, u64 now, unsigned int rate)
{
	return hv_timer_value(deadline, now, rate, HV_TIMER_NO_CAP);
}

static int plain_deadline(u64 now, u64 delta, unsigned int rate, u64 *deadline)
{
	return hv_timer_deadline(now, delta, rate, HV_TIMER_NO_CAP, deadline);
}

/* hv_timer_rule */

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
		/* All frequencies whose shift gives the edge, and the two beside. */
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
	 * 1 Hz: a timer it lets pass may last a few nanoseconds under 10 s,
	 * 9999 ms when rounded down. One it refuses never lasts 10 s.
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

/* hv_timer_value */

static void value_past_is_zero(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		KUNIT_ASSERT_EQ_MSG(test, plain_value(999, 1000, rate), 0U,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(0, 1, rate), 0U,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(0, U64_MAX, rate), 0U,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(1, BIT_ULL(63) + 2, rate),
				    0U, "rate %u", rate);
	}
}

static void value_equal_is_zero(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		KUNIT_ASSERT_EQ_MSG(test, plain_value(0, 0, rate), 0U,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(1000, 1000, rate), 0U,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(U64_MAX, U64_MAX, rate),
				    0U, "rate %u", rate);
	}
}

static void value_one_tsc_tick_ahead(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++)
		KUNIT_ASSERT_EQ_MSG(test, plain_value(1001, 1000, rate),
				    rate ? 0U : 1U, "rate %u", rate);
}

static void value_around_one_timer_tick(struct kunit *test)
{
	u64 now = 0x123456789abcULL;
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 tick = BIT_ULL(rate);

		KUNIT_ASSERT_EQ_MSG(test, plain_value(now + tick - 1, now, rate),
				    0U, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(now + tick, now, rate),
				    1U, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test,
				    plain_value(now + 2 * tick - 1, now, rate),
				    1U, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(now + 2 * tick, now, rate),
				    2U, "rate %u", rate);
	}
}

static void value_largest_that_fits(struct kunit *test)
{
	u64 now = 0x123456789abcULL;
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 first = (u64)U32_MAX << rate;

		KUNIT_ASSERT_EQ_MSG(test, plain_value(now + first - 1, now, rate),
				    U32_MAX - 1, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(now + first, now, rate),
				    U32_MAX, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test,
				    plain_value(now + longest_delta(rate), now, rate),
				    U32_MAX, "rate %u", rate);
	}
}

static void value_too_far_is_clamped(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 far = longest_delta(rate) + 1;

		KUNIT_ASSERT_EQ_MSG(test, plain_value(far, 0, rate), U32_MAX,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(far + 1000, 1000, rate),
				    U32_MAX, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(U64_MAX, 0, rate), U32_MAX,
				    "rate %u", rate);
	}
}

static void value_tsc_near_its_end(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, plain_value(U64_MAX, U64_MAX - 1, 0), 1U);
	KUNIT_EXPECT_EQ(test, plain_value(U64_MAX - 1, U64_MAX - 101, 0), 100U);
	KUNIT_EXPECT_EQ(test, plain_value(U64_MAX - 1, U64_MAX - 101, 5), 3U);
	KUNIT_EXPECT_EQ(test, plain_value(U64_MAX - 1, U64_MAX, 0), 0U);
	KUNIT_EXPECT_EQ(test, plain_value(5, U64_MAX - 5, 0), 0U);
	/* Across the middle, where a signed comparison would turn over. */
	KUNIT_EXPECT_EQ(test, plain_value(BIT_ULL(63) + 50, BIT_ULL(63) - 50, 0),
			100U);
}

static void value_never_late(struct kunit *test)
{
	unsigned int rate, i, zeros = 0, clamped = 0;
	u64 state = 0x12;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			u64 now = hv_timer_test_spread(&state);
			u64 deadline = now + hv_timer_test_spread(&state);
			u32 value;

			/* Now and then one that has nothing to do with now. */
			if (i % 4 == 0)
				deadline = hv_timer_test_random(&state);

			value = plain_value(deadline, now, rate);
			KUNIT_ASSERT_TRUE_MSG(test,
					      hv_timer_test_value_is_right(deadline, now, rate,
									   U32_MAX, value),
					      "deadline %llu now %llu rate %u: %u",
					      deadline, now, rate, value);
			zeros += !value;
			clamped += value == U32_MAX;
		}
	}

	/* The table is worth something only if it holds all three kinds. */
	KUNIT_EXPECT_GT(test, zeros, 1000U);
	KUNIT_EXPECT_GT(test, clamped, 1000U);
	KUNIT_EXPECT_GT(test, 32 * HV_TIMER_TEST_DRAWS - zeros - clamped, 1000U);
}

static void value_shrinks_as_time_goes_by(struct kunit *test)
{
	u64 state = 0x13;
	unsigned int rate, i;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 now = hv_timer_test_spread(&state);
		u64 deadline = now + hv_timer_test_spread(&state) / 2;
		u32 before = U32_MAX;

		for (i = 0; i < 100; i++) {
			u32 value = plain_value(deadline, now, rate);

			KUNIT_ASSERT_LE_MSG(test, value, before,
					    "deadline %llu now %llu rate %u",
					    deadline, now, rate);
			before = value;
			now += (deadline > now ? deadline - now : 0) / 8 + 1;
			if (now > deadline + 1)
				break;
		}
	}
}

/* hv_timer_deadline */

static void deadline_largest_is_taken(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 delta = longest_delta(rate);
		u64 deadline = UNTOUCHED;

		KUNIT_ASSERT_EQ_MSG(test, plain_deadline(1000, delta, rate, &deadline),
				    0, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, deadline, 1000 + delta, "rate %u", rate);
	}
}

static void deadline_that_does_not_fit_is_refused(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 deadline = UNTOUCHED;

		KUNIT_ASSERT_EQ_MSG(test,
				    plain_deadline(0, longest_delta(rate) + 1, rate, &deadline),
				    -ERANGE, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test,
				    plain_deadline(0, U64_MAX - 1, rate, &deadline),
				    -ERANGE, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, deadline, UNTOUCHED, "rate %u", rate);
	}
}

static void deadline_taken_is_never_clamped(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 delta = (u64)U32_MAX << rate;
		bool soft_disabled = true;
		u64 deadline;

		KUNIT_ASSERT_EQ_MSG(test, plain_deadline(7, delta, rate, &deadline),
				    0, "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, plain_value(deadline, 7, rate), U32_MAX,
				    "rate %u", rate);
		KUNIT_ASSERT_TRUE_MSG(test,
				      hv_timer_test_value_is_right(deadline, 7, rate, U32_MAX,
								   U32_MAX),
				      "rate %u", rate);
		/* A real deadline, whatever its value looks like. */
		KUNIT_ASSERT_EQ_MSG(test, hv_timer_entry_action(false, deadline, &soft_disabled),
				    HV_TIMER_ARM, "rate %u", rate);
	}
}

static void deadline_no_delta_is_now(struct kunit *test)
{
	u64 deadline = UNTOUCHED;

	KUNIT_EXPECT_EQ(test, plain_deadline(1000, 0, 5, &deadline), 0);
	KUNIT_EXPECT_EQ(test, deadline, 1000ULL);
	KUNIT_EXPECT_EQ(test, plain_deadline(0, 0, 0, &deadline), 0);
	KUNIT_EXPECT_EQ(test, deadline, 0ULL);
}

/* The latest deadline there is. */
static void deadline_never_means_none(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		u64 delta = longest_delta(rate);
		u64 deadline = UNTOUCHED;

		KUNIT_ASSERT_EQ_MSG(test, plain_deadline(S64_MAX, delta, rate, &deadline), 0,
				    "rate %u", rate);
		KUNIT_ASSERT_EQ_MSG(test, deadline, S64_MAX + delta, "rate %u", rate);
		KUNIT_ASSERT_LT_MSG(test, deadline, HV_TIMER_NO_DEADLINE, "rate %u", rate);
	}
}

static void deadline_against_reference(struct kunit *test)
{
	unsigned int rate, i, taken = 0;
	u64 state = 0x14;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			u64 now = hv_timer_test_spread(&state);
			u64 delta = hv_timer_test_spread(&state);
			u64 deadline = UNTOUCHED;
			unsigned __int128 sum;
			bool fits;
			int err;

			/* Now and then a TSC as late as it may be. */
			if (i % 4 == 0)
				now = ~now;
			now &= S64_MAX;

			sum = (unsigned __int128)now + delta;
			fits = delta <= longest_delta(rate);
			err = plain_deadline(now, delta, rate, &deadline);
			KUNIT_ASSERT_EQ_MSG(test, err, fits ? 0 : -ERANGE,
					    "now %llu delta %llu rate %u",
					    now, delta, rate);
			KUNIT_ASSERT_TRUE_MSG(test,
					      deadline == (fits ? (u64)sum : UNTOUCHED),
					      "now %llu delta %llu rate %u: %llu",
					      now, delta, rate, deadline);
			if (!fits)
				continue;

			KUNIT_ASSERT_TRUE_MSG(test,
					      plain_value(deadline, now, rate) ==
					      delta >> rate,
					      "now %llu delta %llu rate %u",
					      now, delta, rate);
			taken++;
		}
	}

	KUNIT_EXPECT_GT(test, taken, 1000U);
	KUNIT_EXPECT_LT(test, taken, 32 * HV_TIMER_TEST_DRAWS - 1000U);
}

/* hv_timer_guest */

static void guest_delta_without_advance(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, 0), 600ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(401, 400, 0), 1ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(U64_MAX, 0, 0), U64_MAX);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(U64_MAX, U64_MAX - 1, 0), 1ULL);
}

static void guest_delta_past_is_zero(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(400, 400, 0), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(399, 400, 0), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(0, U64_MAX, 0), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(399, 400, 100), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(0, U64_MAX, U64_MAX), 0ULL);
}

static void guest_delta_advance_is_taken_off(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, 1), 599ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, 599), 1ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(U64_MAX, 0, 1), U64_MAX - 1);
}

static void guest_delta_advance_larger_than_it(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, 600), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, 601), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(1000, 400, U64_MAX), 0ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_guest_delta(U64_MAX, 0, U64_MAX), 0ULL);
}

static void guest_delta_against_reference(struct kunit *test)
{
	u64 state = 0x15;
	unsigned int i;

	for (i = 0; i < 32 * HV_TIMER_TEST_DRAWS; i++) {
		u64 now = hv_timer_test_spread(&state);
		u64 deadline = hv_timer_test_spread(&state);
		u64 advance = hv_timer_test_spread(&state);
		unsigned __int128 sooner = (unsigned __int128)now + advance;
		u64 left = deadline > sooner ? deadline - (u64)sooner : 0;

		KUNIT_ASSERT_TRUE_MSG(test,
				      hv_timer_guest_delta(deadline, now, advance) == left,
				      "deadline %llu now %llu advance %llu",
				      deadline, now, advance);
	}
}

static void scale_one_changes_nothing(struct kunit *test)
{
	static const u64 ticks[] = { 0, 1, 12345678901ULL, BIT_ULL(63), U64_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ticks); i++) {
		u64 host = UNTOUCHED;

		KUNIT_EXPECT_EQ(test,
				hv_timer_scale(ticks[i], VMX_FRAC_BITS, VMX_ONE, &host), 0);
		KUNIT_EXPECT_EQ(test, host, ticks[i]);
	}
}

static void scale_faster_guest(struct kunit *test)
{
	u64 host = UNTOUCHED;

	/* Two guest ticks, then one and a half, are one host tick. */
	KUNIT_EXPECT_EQ(test, hv_timer_scale(1000, VMX_FRAC_BITS, 2 * VMX_ONE, &host), 0);
	KUNIT_EXPECT_EQ(test, host, 500ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_scale(1001, VMX_FRAC_BITS, 2 * VMX_ONE, &host), 0);
	KUNIT_EXPECT_EQ(test, host, 500ULL);
	KUNIT_EXPECT_EQ(test,
			hv_timer_scale(1000, VMX_FRAC_BITS, 3 * VMX_ONE / 2, &host), 0);
	KUNIT_EXPECT_EQ(test, host, 666ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_scale(U64_MAX, VMX_FRAC_BITS, U64_MAX, &host), 0);
	KUNIT_EXPECT_EQ(test, host, VMX_ONE);
}

static void scale_slower_guest(struct kunit *test)
{
	u64 host = UNTOUCHED;

	/* Half a guest tick, then a 2^-48th, is one host tick. */
	KUNIT_EXPECT_EQ(test, hv_timer_scale(1001, VMX_FRAC_BITS, VMX_ONE / 2, &host), 0);
	KUNIT_EXPECT_EQ(test, host, 2002ULL);
	KUNIT_EXPECT_EQ(test, hv_timer_scale(U16_MAX, VMX_FRAC_BITS, 1, &host), 0);
	KUNIT_EXPECT_EQ(test, host, (u64)U16_MAX << VMX_FRAC_BITS);
}

static void scale_overflow_is_refused(struct kunit *test)
{
	static const u64 ratios[] = { 1, 2, 3, 1000, VMX_ONE / 2, VMX_ONE - 1 };
	unsigned int frac_bits, i;

	for (frac_bits = 1; frac_bits < 64; frac_bits++) {
		for (i = 0; i < ARRAY_SIZE(ratios); i++) {
			u64 ratio = ratios[i];
			u64 host = UNTOUCHED;
			u64 guest;

			/* The first that does not fit, if 64 bits can hold it. */
			if (ratio >> frac_bits)
				continue;
			guest = ratio << (64 - frac_bits);

			KUNIT_ASSERT_EQ_MSG(test,
					    hv_timer_scale(guest, frac_bits, ratio, &host),
					    -ERANGE, "%u bits ratio %llu", frac_bits, ratio);
			KUNIT_ASSERT_EQ_MSG(test,
					    hv_timer_scale(U64_MAX, frac_bits, ratio, &host),
					    -ERANGE, "%u bits ratio %llu", frac_bits, ratio);
			KUNIT_ASSERT_EQ_MSG(test, host, UNTOUCHED, "%u bits ratio %llu",
					    frac_bits, ratio);

			/* And the last that does. */
			KUNIT_ASSERT_EQ_MSG(test,
					    hv_timer_scale(guest - 1, frac_bits, ratio, &host),
					    0, "%u bits ratio %llu", frac_bits, ratio);
			KUNIT_ASSERT_TRUE_MSG(test,
					      hv_timer_test_scale_is_right(guest - 1, frac_bits,
									   ratio, host),
					      "%u bits ratio %llu: %llu",
					      frac_bits, ratio, host);
		}
	}
}

static void scale_by_zero_is_refused(struct kunit *test)
{
	unsigned int frac_bits;
	u64 host = UNTOUCHED;

	for (frac_bits = 1; frac_bits < 64; frac_bits++) {
		KUNIT_ASSERT_EQ_MSG(test, hv_timer_scale(0, frac_bits, 0, &host), -ERANGE,
				    "%u bits", frac_bits);
		KUNIT_ASSERT_EQ_MSG(test, hv_timer_scale(1, frac_bits, 0, &host), -ERANGE,
				    "%u bits", frac_bits);
		KUNIT_ASSERT_EQ_MSG(test, hv_timer_scale(U64_MAX, frac_bits, 0, &host),
				    -ERANGE, "%u bits", frac_bits);
	}
	KUNIT_EXPECT_EQ(test, host, UNTOUCHED);
}

static void scale_against_reference(struct kunit *test)
{
	unsigned int i, up = 0, down = 0, refused = 0;
	u64 state = 0x16;

	for (i = 0; i < 63 * HV_TIMER_TEST_DRAWS; i++) {
		/* VMX's own every other time, else each there can be in turn. */
		unsigned int frac_bits = i % 2 ? VMX_FRAC_BITS : 1 + i / 2 % 63;
		u64 guest = hv_timer_test_spread(&state);
		u64 ratio = hv_timer_test_spread(&state);
		u64 host = UNTOUCHED;
		bool fits = hv_timer_test_scale_fits(guest, frac_bits, ratio);
		int err = hv_timer_scale(guest, frac_bits, ratio, &host);

		KUNIT_ASSERT_EQ_MSG(test, err, fits ? 0 : -ERANGE,
				    "%llu, %u bits, ratio %llu", guest, frac_bits, ratio);
		if (!fits) {
			KUNIT_ASSERT_EQ(test, host, UNTOUCHED);
			refused++;
			continue;
		}

		KUNIT_ASSERT_TRUE_MSG(test,
				      hv_timer_test_scale_is_right(guest, frac_bits, ratio,
								   host),
				      "%llu, %u bits, ratio %llu: %llu",
				      guest, frac_bits, ratio, host);
		up += host > guest;
		down += host < guest;
	}

	KUNIT_EXPECT_GT(test, up, 1000U);
	KUNIT_EXPECT_GT(test, down, 1000U);
	KUNIT_EXPECT_GT(test, refused, 1000U);
}

static void guest_deadline_is_never_late(struct kunit *test)
{
	unsigned int rate, i, taken = 0;
	u64 state = 0x17;

	/* The whole way: guest TSC, advance, host ticks, deadline, value. */
	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			/* A ratio of a 256th to 256. */
			u64 ratio = VMX_ONE / 256 +
				hv_timer_test_spread(&state) / 256;
			u64 guest_now = hv_timer_test_spread(&state);
			u64 guest_left = hv_timer_test_spread(&state) / 2;
			u64 guest_deadline = guest_now + guest_left;
			u64 advance = hv_timer_test_spread(&state) / 256;
			u64 now = hv_timer_test_spread(&state);
			u64 delta, deadline;
			unsigned __int128 ticks;

			if (guest_deadline < guest_now)
				continue;
			delta = hv_timer_guest_delta(guest_deadline, guest_now, advance);
			if (hv_timer_scale(delta, VMX_FRAC_BITS, ratio, &delta))
				continue;
			if (plain_deadline(now, delta, rate, &deadline))
				continue;

			/* Below 2^63 by now, and the ratio below 2^57. */
			ticks = plain_value(deadline, now, rate);
			ticks = (ticks << rate) * ratio >> VMX_FRAC_BITS;
			KUNIT_ASSERT_TRUE_MSG(test, ticks <= guest_left,
					      "left %llu advance %llu ratio %llu rate %u",
					      guest_left, advance, ratio, rate);
			KUNIT_ASSERT_TRUE_MSG(test,
					      !ticks || ticks + advance <= guest_left,
					      "left %llu advance %llu ratio %llu rate %u",
					      guest_left, advance, ratio, rate);
			taken++;
		}
	}

	KUNIT_EXPECT_GT(test, taken, 1000U);
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

static struct kunit_suite hv_timer_rule_suite = {
	.name = "hv_timer_rule",
	.test_cases = hv_timer_rule_cases,
};

static struct kunit_case hv_timer_value_cases[] = {
	KUNIT_CASE(value_past_is_zero),
	KUNIT_CASE(value_equal_is_zero),
	KUNIT_CASE(value_one_tsc_tick_ahead),
	KUNIT_CASE(value_around_one_timer_tick),
	KUNIT_CASE(value_largest_that_fits),
	KUNIT_CASE(value_too_far_is_clamped),
	KUNIT_CASE(value_tsc_near_its_end),
	KUNIT_CASE(value_never_late),
	KUNIT_CASE(value_shrinks_as_time_goes_by),
	{}
};

static struct kunit_suite hv_timer_value_suite = {
	.name = "hv_timer_value",
	.test_cases = hv_timer_value_cases,
};

static struct kunit_case hv_timer_deadline_cases[] = {
	KUNIT_CASE(deadline_largest_is_taken),
	KUNIT_CASE(deadline_that_does_not_fit_is_refused),
	KUNIT_CASE(deadline_taken_is_never_clamped),
	KUNIT_CASE(deadline_no_delta_is_now),
	KUNIT_CASE(deadline_never_means_none),
	KUNIT_CASE(deadline_against_reference),
	{}
};

static struct kunit_suite hv_timer_deadline_suite = {
	.name = "hv_timer_deadline",
	.test_cases = hv_timer_deadline_cases,
};

static struct kunit_case hv_timer_guest_cases[] = {
	KUNIT_CASE(guest_delta_without_advance),
	KUNIT_CASE(guest_delta_past_is_zero),
	KUNIT_CASE(guest_delta_advance_is_taken_off),
	KUNIT_CASE(guest_delta_advance_larger_than_it),
	KUNIT_CASE(guest_delta_against_reference),
	KUNIT_CASE(scale_one_changes_nothing),
	KUNIT_CASE(scale_faster_guest),
	KUNIT_CASE(scale_slower_guest),
	KUNIT_CASE(scale_overflow_is_refused),
	KUNIT_CASE(scale_by_zero_is_refused),
	KUNIT_CASE(scale_against_reference),
	KUNIT_CASE(guest_deadline_is_never_late),
	{}
};

static struct kunit_suite hv_timer_guest_suite = {
	.name = "hv_timer_guest",
	.test_cases = hv_timer_guest_cases,
};

kunit_test_suites(&hv_timer_rule_suite, &hv_timer_value_suite,
		  &hv_timer_deadline_suite, &hv_timer_guest_suite);

MODULE_DESCRIPTION("KUnit suites for the arithmetic of the VMX preemption timer");
MODULE_LICENSE("GPL");
