// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suite for a CPU that gets large timer values wrong (erratum EMR158): its highest
 * right value, and that no higher one is written.
 */
#include <kunit/test.h>

#include "hv_timer_test.h"

/* Highest values: without the erratum, of CPUs on the market, and the smallest in use. */
static const u32 highest[] = { U32_MAX, U32_MAX - 1, 0xbfffffff, 0x67ffffff, 10 };

struct cpu {
	const char *name;
	u32 eax;
	u32 ebx;
	u64 tsc_hz;
	unsigned int rate;
	u32 max;
	u64 full_count_ms;
	bool too_short;
};

/* The cap lasts 2^(25 + rate) ticks of the crystal clock, at any ratio of the TSC to it. */
static const struct cpu cpus[] = {
	{ "2.4 GHz, 25 MHz, rate 5", 2, 192, 2400000000ULL, 5, 0xbfffffff, 42949, false },
	{ "1.7 GHz, 25 MHz, rate 7", 2, 136, 1700000000ULL, 7, 0x87ffffff, 171798, false },
	{ "2.1 GHz, 24 MHz, rate 5", 2, 175, 2100000000ULL, 5, 0xaeffffff, 44739, false },
	{ "2.0 GHz, 38.4 MHz, rate 5", 2, 104, 1996800000ULL, 5, 0x67ffffff, 27962, false },
	{ "2.4 GHz, 25 MHz, rate 3", 2, 192, 2400000000ULL, 3, 0xbfffffff, 10737, false },
	{ "2.0 GHz, 38.4 MHz, rate 3", 2, 104, 1996800000ULL, 3, 0x67ffffff, 6990, true },
	{ "2.4 GHz, 25 MHz, rate 2", 2, 192, 2400000000ULL, 2, 0xbfffffff, 5368, true },
	{ "3.2 GHz, 25 MHz, rate 5", 2, 256, 3200000000ULL, 5, 0xffffffff, 42949, false },
	{ "3.8 GHz, 25 MHz, rate 5", 2, 304, 3800000000ULL, 5, 0xffffffff, 36168, false },
	{ "100 MHz, a ratio of 92, rate 0", 2, 184, 100000000ULL, 0, 0xb7ffffff, 30870, false },
};

static void cpu_name(const struct cpu *cpu, char *name)
{
	strscpy(name, cpu->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cpu, cpus, cpu_name);

static void cap_of_a_cpu(struct kunit *test)
{
	const struct cpu *cpu = test->param_value;
	u32 max = hv_timer_highest_value(cpu->eax, cpu->ebx, false);

	KUNIT_EXPECT_EQ(test, max, cpu->max);
	KUNIT_EXPECT_EQ(test, hv_timer_full_count_ms(cpu->tsc_hz, cpu->rate, max),
			cpu->full_count_ms);
	KUNIT_EXPECT_EQ(test, hv_timer_too_short(cpu->tsc_hz, cpu->rate, max), cpu->too_short);
}

static void cap_not_without_the_leaf(struct kunit *test)
{
	static const u32 other[] = { 0, 1, 2, 192, BIT(25), U32_MAX };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(other); i++) {
		KUNIT_EXPECT_EQ(test, hv_timer_highest_value(0, other[i], false), U32_MAX);
		KUNIT_EXPECT_EQ(test, hv_timer_highest_value(other[i], 0, false), U32_MAX);
	}
}

static void cap_not_under_a_hypervisor(struct kunit *test)
{
	static const u32 some[] = { 0, 1, 2, 192, BIT(25), U32_MAX };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(some); i++)
		for (j = 0; j < ARRAY_SIZE(some); j++)
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_highest_value(some[i], some[j], true),
					    U32_MAX, "EAX %u EBX %u", some[i], some[j]);
}

static void cap_around_a_ratio_of_128(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(1, 129, false), 0xffffffffU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(1, 128, false), 0xffffffffU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(1, 127, false), 0xfdffffffU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(2, 255, false), 0xfeffffffU);
	/* 0xffffffff is the first wrong value, and then the last right one. */
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(25), U32_MAX, false), 0xfffffffeU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(25) - 1, U32_MAX, false), 0xffffffffU);
	/* A ratio of 127.99997, whose quotient is rounded down. */
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(22) + 1, BIT(29), false), 0xfffffbffU);
}

static void cap_largest_ebx_is_not_cut(struct kunit *test)
{
	/* 57 bits before the division; 32 would be 0xfe000000. */
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(1, U32_MAX, false), 0xffffffffU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(U32_MAX, U32_MAX, false), 0x1ffffffU);
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(31), BIT(31), false), 0x1ffffffU);
	/* 38 bits, of which the low 32 are 0. */
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(7), BIT(13), false), 0x7fffffffU);
}

static void cap_so_low_that_the_timer_is_off(struct kunit *test)
{
	/* A ratio below 2^-25, and small multiples of it. */
	static const struct {
		u32 eax;
		u32 ebx;
		u32 max;
	} low[] = {
		{ U32_MAX, 1, 0 }, { BIT(25) + 1, 1, 0 }, { BIT(25), 1, 0 }, { BIT(24), 1, 1 },
		{ BIT(25), 2, 1 }, { BIT(25), 3, 2 }, { BIT(25), 10, 9 },
	};
	static const u64 hz[] = { 0, 1, 1000, 100000000ULL, 2400000000ULL, U64_MAX };
	unsigned int i, j, rate;

	for (i = 0; i < ARRAY_SIZE(low); i++) {
		u32 max = hv_timer_highest_value(low[i].eax, low[i].ebx, false);

		KUNIT_ASSERT_EQ_MSG(test, max, low[i].max, "EAX %u EBX %u", low[i].eax,
				    low[i].ebx);
		for (j = 0; j < ARRAY_SIZE(hz); j++)
			for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++)
				KUNIT_ASSERT_TRUE_MSG(test, hv_timer_too_short(hz[j], rate, max),
						      "max %u, %llu Hz at rate %u", max, hz[j],
						      rate);
	}

	/* 10 is the smallest that lasts ten seconds at every frequency below 1 Hz. */
	KUNIT_EXPECT_EQ(test, hv_timer_highest_value(BIT(25), 11, false), 10U);
	KUNIT_EXPECT_FALSE(test, hv_timer_too_short(BIT_ULL(31) - 1, 31, 10));
	KUNIT_EXPECT_TRUE(test, hv_timer_too_short(BIT_ULL(32), 31, 10));
}

static void cap_against_reference(struct kunit *test)
{
	unsigned int i, capped = 0, free = 0;
	u64 state = 0x19;

	for (i = 0; i < 32 * HV_TIMER_TEST_DRAWS; i++) {
		u32 eax = hv_timer_test_spread(&state) >> 32;
		u32 ebx = hv_timer_test_spread(&state) >> 32;
		u32 max = hv_timer_highest_value(eax, ebx, false);
		u64 product = (u64)ebx << 25;

		if (!eax || !ebx) {
			KUNIT_ASSERT_EQ_MSG(test, max, U32_MAX, "EAX %u EBX %u", eax, ebx);
			continue;
		}
		/* It is below the quotient, and the next value, if any, is not. */
		if (product < eax)
			KUNIT_ASSERT_EQ_MSG(test, max, 0U, "EAX %u EBX %u", eax, ebx);
		else
			KUNIT_ASSERT_TRUE_MSG(test,
					      ((u64)max + 1) * eax <= product,
					      "EAX %u EBX %u: %u", eax, ebx, max);
		KUNIT_ASSERT_TRUE_MSG(test,
				      max == U32_MAX ||
				      ((u64)max + 2) * eax > product,
				      "EAX %u EBX %u: %u", eax, ebx, max);
		capped += max != U32_MAX;
		free += max == U32_MAX;
	}

	KUNIT_EXPECT_GT(test, capped, 1000U);
	KUNIT_EXPECT_GT(test, free, 1000U);
}

static void cap_rule_edge_at_every_rate(struct kunit *test)
{
	unsigned int rate, i;

	for (i = 0; i < ARRAY_SIZE(highest); i++) {
		u32 max = highest[i];

		for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
			/* All frequencies that the shift makes the edge, and the next one. */
			u64 first = (u64)(max / 10) << rate;
			u64 last = first + BIT_ULL(rate) - 1;

			KUNIT_ASSERT_FALSE_MSG(test, hv_timer_too_short(first, rate, max),
					       "max %u rate %u", max, rate);
			KUNIT_ASSERT_FALSE_MSG(test, hv_timer_too_short(last, rate, max),
					       "max %u rate %u", max, rate);
			KUNIT_ASSERT_TRUE_MSG(test, hv_timer_too_short(last + 1, rate, max),
					      "max %u rate %u", max, rate);
			/* The full count starts at the highest value. */
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_full_count_ms(BIT_ULL(rate) * 1000, rate,
									 max),
					    (u64)max, "max %u rate %u", max, rate);
		}
	}
}

static void cap_deadline_up_to_it(struct kunit *test)
{
	unsigned int rate, i;

	for (i = 0; i < ARRAY_SIZE(highest); i++) {
		u32 max = highest[i];

		for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
			u64 first = (u64)max << rate;
			u64 last = first + BIT_ULL(rate) - 1;
			u64 deadline = UNTOUCHED;

			/* One tick beyond, and far beyond. */
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_deadline(7, last + 1, rate, max,
								    &deadline),
					    -ERANGE, "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_deadline(7, BIT_ULL(63), rate, max,
								    &deadline),
					    -ERANGE, "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, deadline, UNTOUCHED, "max %u rate %u", max,
					    rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_deadline(7, last, rate, max,
								    &deadline),
					    0, "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, deadline, 7 + last, "max %u rate %u", max,
					    rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(7 + last, 7, rate, max), max,
					    "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(7 + first - 1, 7, rate, max),
					    max - 1, "max %u rate %u", max, rate);
		}
	}
}

static void cap_value_beyond_it_is_clamped(struct kunit *test)
{
	unsigned int rate, i;

	/* The TSC went backwards after the deadline was stored. */
	for (i = 0; i < ARRAY_SIZE(highest); i++) {
		u32 max = highest[i];

		for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
			u64 far = ((u64)max + 1) << rate;

			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(far, 0, rate, max), max,
					    "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(far + 77, 77, rate, max), max,
					    "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(U64_MAX, 0, rate, max), max,
					    "max %u rate %u", max, rate);
			KUNIT_ASSERT_EQ_MSG(test, hv_timer_value(7, 7, rate, max), 0U,
					    "max %u rate %u", max, rate);
		}
	}
}

static void cap_soft_disable_is_the_longest(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(highest); i++)
		KUNIT_EXPECT_EQ(test, hv_timer_soft_disable_value(highest[i]), highest[i]);
	KUNIT_EXPECT_EQ(test, hv_timer_soft_disable_value(HV_TIMER_NO_CAP), 0xffffffffU);
}

static void cap_nothing_written_reaches_it(struct kunit *test)
{
	unsigned int i, taken = 0, clamped = 0;
	u64 state = 0x1a;

	for (i = 0; i < 32 * HV_TIMER_TEST_DRAWS; i++) {
		/* Ratios of real CPUs: 20 to 147. */
		u32 eax = 1 + hv_timer_test_random(&state) % 8;
		u32 ebx = eax * (20 + hv_timer_test_random(&state) % 128);
		unsigned int rate = hv_timer_test_random(&state) & HV_TIMER_MAX_RATE;
		u32 max = hv_timer_highest_value(eax, ebx, false);
		u64 now = hv_timer_test_spread(&state) / 2;
		u64 left = hv_timer_test_spread(&state) / 2;
		u64 deadline = UNTOUCHED;
		u32 value;

		/* First without hv_timer_deadline(), then through it. */
		value = hv_timer_value(now + left, now, rate, max);
		KUNIT_ASSERT_TRUE_MSG(test, (u64)value * eax < (u64)ebx << 25,
				      "EAX %u EBX %u rate %u left %llu", eax, ebx, rate, left);
		KUNIT_ASSERT_TRUE_MSG(test,
				      hv_timer_test_value_is_right(now + left, now, rate, max,
								   value),
				      "EAX %u EBX %u rate %u left %llu", eax, ebx, rate, left);
		KUNIT_ASSERT_TRUE_MSG(test,
				      (u64)hv_timer_soft_disable_value(max) * eax <
				      (u64)ebx << 25,
				      "EAX %u EBX %u", eax, ebx);
		if (hv_timer_deadline(now, left, rate, max, &deadline)) {
			KUNIT_ASSERT_TRUE_MSG(test, left >> rate > max,
					      "EAX %u EBX %u rate %u left %llu", eax, ebx, rate,
					      left);
			clamped++;
			continue;
		}
		KUNIT_ASSERT_TRUE_MSG(test, value == left >> rate,
				      "EAX %u EBX %u rate %u left %llu", eax, ebx, rate, left);
		taken++;
	}

	KUNIT_EXPECT_GT(test, taken, 1000U);
	KUNIT_EXPECT_GT(test, clamped, 1000U);
}

static void cap_cpu_that_is_broken(struct kunit *test)
{
	unsigned int bit;

	KUNIT_EXPECT_TRUE(test, hv_timer_cpu_is_broken(0x306a8));
	/* Another stepping, model, family or type is another CPU. */
	for (bit = 0; bit < 32; bit++)
		KUNIT_ASSERT_FALSE_MSG(test, hv_timer_cpu_is_broken(0x306a8 ^ BIT(bit)),
				       "bit %u", bit);
	KUNIT_EXPECT_FALSE(test, hv_timer_cpu_is_broken(0));
	KUNIT_EXPECT_FALSE(test, hv_timer_cpu_is_broken(0x306a9));
}

static struct kunit_case hv_timer_cap_cases[] = {
	KUNIT_CASE_PARAM(cap_of_a_cpu, cpu_gen_params),
	KUNIT_CASE(cap_not_without_the_leaf),
	KUNIT_CASE(cap_not_under_a_hypervisor),
	KUNIT_CASE(cap_around_a_ratio_of_128),
	KUNIT_CASE(cap_largest_ebx_is_not_cut),
	KUNIT_CASE(cap_so_low_that_the_timer_is_off),
	KUNIT_CASE(cap_against_reference),
	KUNIT_CASE(cap_rule_edge_at_every_rate),
	KUNIT_CASE(cap_deadline_up_to_it),
	KUNIT_CASE(cap_value_beyond_it_is_clamped),
	KUNIT_CASE(cap_soft_disable_is_the_longest),
	KUNIT_CASE(cap_nothing_written_reaches_it),
	KUNIT_CASE(cap_cpu_that_is_broken),
	{}
};

struct kunit_suite hv_timer_cap_suite = {
	.name = "hv_timer_cap",
	.test_cases = hv_timer_cap_cases,
};
