// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for which deadlines are accepted. */
#include <kunit/test.h>

#include "hv_timer_test.h"

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
		/* Every value stands for a real deadline. */
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

/* The latest possible deadline. */
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
			unsigned __int128 sum;
			u64 now = hv_timer_test_spread(&state);
			u64 delta = hv_timer_test_spread(&state);
			u64 deadline = UNTOUCHED;
			bool fits;
			int err;

			/* Sometimes the highest allowed TSC. */
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

static struct kunit_case hv_timer_deadline_cases[] = {
	KUNIT_CASE(deadline_largest_is_taken),
	KUNIT_CASE(deadline_that_does_not_fit_is_refused),
	KUNIT_CASE(deadline_taken_is_never_clamped),
	KUNIT_CASE(deadline_no_delta_is_now),
	KUNIT_CASE(deadline_never_means_none),
	KUNIT_CASE(deadline_against_reference),
	{}
};

struct kunit_suite hv_timer_deadline_suite = {
	.name = "hv_timer_deadline",
	.test_cases = hv_timer_deadline_cases,
};
