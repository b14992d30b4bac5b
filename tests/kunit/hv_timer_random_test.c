// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for random sequences of VM entries into two VMCSs, see hv_timer_model.h. */
#include <kunit/test.h>

#include "hv_timer_model.h"
#include "hv_timer_test.h"

#define NONE	HV_TIMER_NO_DEADLINE

/* What the random sequence last did to a VMCS, kept without the code under test. */
enum last {
	LAST_INIT,
	LAST_IDLE,
	LAST_ARMED,
	LAST_FORCED,
};

static void random_entries(struct kunit *test, u32 max)
{
	static const char * const names[] = { "init", "idle", "armed", "forced" };
	enum last last[2] = { LAST_INIT, LAST_INIT };
	struct loaded_vmcs vmcs[2] = {};
	u64 state = 0x18, now = 0, deadline = NONE;
	unsigned int seen[4] = {};
	unsigned int i;

	vmcs_init(&vmcs[0]);
	vmcs_init(&vmcs[1]);

	for (i = 0; i < 100000; i++) {
		u64 dice = hv_timer_test_random(&state);
		unsigned int rate = dice >> 20 & HV_TIMER_MAX_RATE;
		unsigned int which = dice >> 30 & 1;
		bool force_exit = (dice >> 40 & 7) == 0;
		struct loaded_vmcs *v = &vmcs[which];
		unsigned int writes;
		enum last entry;

		/* What happens between two entries. */
		switch (dice >> 60) {
		case 0:
		case 1:
			/* A guest asks for a deadline; a refusal clears it. */
			if (hv_timer_deadline(now, hv_timer_test_spread(&state) / 4, rate,
					      max, &deadline))
				deadline = NONE;
			break;
		case 2:
		case 3:
			deadline = NONE;
			break;
		case 4:
			vmcs_init(v);
			last[which] = LAST_INIT;
			break;
		}
		now += hv_timer_test_spread(&state) >> 20;

		writes = v->writes;
		vmcs_enter_capped(v, force_exit, deadline, now, rate, max);

		if (force_exit) {
			entry = LAST_FORCED;
			KUNIT_ASSERT_EQ_MSG(test, v->value, 0U, "step %u", i);
		} else if (deadline != NONE) {
			entry = LAST_ARMED;
			KUNIT_ASSERT_TRUE_MSG(test,
					      hv_timer_test_value_is_right(deadline, now, rate,
									   max, v->value),
					      "step %u: deadline %llu now %llu rate %u: %u",
					      i, deadline, now, rate, v->value);
		} else {
			entry = LAST_IDLE;
			KUNIT_ASSERT_EQ_MSG(test, v->value, max, "step %u", i);
		}

		/* Only an idle entry after an idle entry writes nothing. */
		writes += !(entry == LAST_IDLE && last[which] == LAST_IDLE);
		KUNIT_ASSERT_EQ_MSG(test, v->writes, writes, "step %u: %s after %s", i,
				    names[entry], names[last[which]]);
		KUNIT_ASSERT_EQ_MSG(test, exit_is_spurious(v),
				    entry == LAST_IDLE, "step %u: %s after %s", i,
				    names[entry], names[last[which]]);

		/* The other VMCS has not changed. */
		KUNIT_ASSERT_EQ_MSG(test, vmcs[!which].hv_timer_soft_disabled,
				    last[!which] == LAST_IDLE, "step %u", i);
		last[which] = entry;
		seen[entry]++;
	}

	KUNIT_EXPECT_GT(test, seen[LAST_IDLE], 1000U);
	KUNIT_EXPECT_GT(test, seen[LAST_ARMED], 1000U);
	KUNIT_EXPECT_GT(test, seen[LAST_FORCED], 1000U);
}

static void random_without_a_cap(struct kunit *test)
{
	random_entries(test, HV_TIMER_NO_CAP);
}

static void random_below_a_cap(struct kunit *test)
{
	/* 2.4 GHz with a crystal of 25 MHz, 2.0 GHz with one of 38.4 MHz, and a small cap. */
	random_entries(test, 0xbfffffff);
	random_entries(test, 0x67ffffff);
	random_entries(test, 1000);
}

static struct kunit_case hv_timer_random_cases[] = {
	KUNIT_CASE(random_without_a_cap),
	KUNIT_CASE(random_below_a_cap),
	{}
};

struct kunit_suite hv_timer_random_suite = {
	.name = "hv_timer_random",
	.test_cases = hv_timer_random_cases,
};
