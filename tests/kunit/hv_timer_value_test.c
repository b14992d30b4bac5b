// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for the timer value of a deadline. */
#include <kunit/test.h>

#include "hv_timer_test.h"

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
	/* Across 2^63, where a signed comparison would be wrong. */
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

			/* Sometimes a deadline that is unrelated to now. */
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

	/* The table must have all three kinds. */
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

struct kunit_suite hv_timer_value_suite = {
	.name = "hv_timer_value",
	.test_cases = hv_timer_value_cases,
};
