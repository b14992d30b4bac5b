// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for a guest's deadline in host ticks. */
#include <kunit/test.h>

#include "hv_timer_test.h"

/* Binary places of VMX's TSC multiplier, and a multiplier of one. */
#define VMX_FRAC_BITS	48
#define VMX_ONE		BIT_ULL(VMX_FRAC_BITS)

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
		unsigned __int128 sooner;
		u64 now = hv_timer_test_spread(&state);
		u64 deadline = hv_timer_test_spread(&state);
		u64 advance = hv_timer_test_spread(&state);
		u64 left;

		sooner = (unsigned __int128)now + advance;
		left = deadline > sooner ? deadline - (u64)sooner : 0;
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

	/* One host tick is two guest ticks, then one and a half. */
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

	/* One host tick is half a guest tick, then 2^-48 of one. */
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

			/* The first number that does not fit, if it has 64 bits or fewer. */
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

			/* The last number that fits. */
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
		/* Every other time VMX's 48, else each possible one in turn. */
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

	/* All steps: guest TSC, advance, host ticks, deadline, value. */
	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		for (i = 0; i < HV_TIMER_TEST_DRAWS; i++) {
			/* A ratio of 1/256 to 256. */
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

			/* It is below 2^63 here, and the ratio below 2^57. */
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

struct kunit_suite hv_timer_guest_suite = {
	.name = "hv_timer_guest",
	.test_cases = hv_timer_guest_cases,
};
