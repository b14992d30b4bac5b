// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for the decision at one VM entry. */
#include <kunit/test.h>

#include "hv_timer_test.h"

#define NOW	1000000ULL
#define NONE	HV_TIMER_NO_DEADLINE

struct entry {
	const char *name;
	bool force_exit;
	bool deadline;
	bool soft_disabled;
	enum hv_timer_action action;
};

static const struct entry entries[] = {
	{ "idle", false, false, false, HV_TIMER_SOFT_DISABLE },
	{ "idle, soft-disabled", false, false, true, HV_TIMER_KEEP },
	{ "deadline", false, true, false, HV_TIMER_ARM },
	{ "deadline, soft-disabled", false, true, true, HV_TIMER_ARM },
	{ "forced", true, false, false, HV_TIMER_FORCE_EXIT },
	{ "forced, soft-disabled", true, false, true, HV_TIMER_FORCE_EXIT },
	{ "forced, deadline", true, true, false, HV_TIMER_FORCE_EXIT },
	{ "forced, deadline, soft-disabled", true, true, true, HV_TIMER_FORCE_EXIT },
};

static void entry_name(const struct entry *entry, char *name)
{
	strscpy(name, entry->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entry, entries, entry_name);

static void entry_truth_table(struct kunit *test)
{
	static const u64 deadlines[] = {
		0, 1, NOW, U32_MAX, BIT_ULL(32), BIT_ULL(63), NONE - 1,
	};
	const struct entry *entry = test->param_value;
	unsigned int i;

	if (!entry->deadline) {
		KUNIT_EXPECT_EQ(test, entry->action,
				hv_timer_entry_action(entry->force_exit, NONE,
						      &entry->soft_disabled));
		return;
	}

	for (i = 0; i < ARRAY_SIZE(deadlines); i++)
		KUNIT_ASSERT_EQ_MSG(test, entry->action,
				    hv_timer_entry_action(entry->force_exit, deadlines[i],
							  &entry->soft_disabled),
				    "deadline %llu", deadlines[i]);
}

static void entry_actions_differ(struct kunit *test)
{
	KUNIT_EXPECT_NE(test, HV_TIMER_KEEP, HV_TIMER_FORCE_EXIT);
	KUNIT_EXPECT_NE(test, HV_TIMER_KEEP, HV_TIMER_ARM);
	KUNIT_EXPECT_NE(test, HV_TIMER_KEEP, HV_TIMER_SOFT_DISABLE);
	KUNIT_EXPECT_NE(test, HV_TIMER_FORCE_EXIT, HV_TIMER_ARM);
	KUNIT_EXPECT_NE(test, HV_TIMER_FORCE_EXIT, HV_TIMER_SOFT_DISABLE);
	KUNIT_EXPECT_NE(test, HV_TIMER_ARM, HV_TIMER_SOFT_DISABLE);
}

static void entry_what_soft_disables(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, hv_timer_action_soft_disables(HV_TIMER_KEEP));
	KUNIT_EXPECT_TRUE(test, hv_timer_action_soft_disables(HV_TIMER_SOFT_DISABLE));
	KUNIT_EXPECT_FALSE(test, hv_timer_action_soft_disables(HV_TIMER_FORCE_EXIT));
	KUNIT_EXPECT_FALSE(test, hv_timer_action_soft_disables(HV_TIMER_ARM));
}

static void entry_which_exit_is_spurious(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, hv_timer_exit_is_spurious(true));
	KUNIT_EXPECT_FALSE(test, hv_timer_exit_is_spurious(false));
}

static struct kunit_case hv_timer_entry_cases[] = {
	KUNIT_CASE_PARAM(entry_truth_table, entry_gen_params),
	KUNIT_CASE(entry_actions_differ),
	KUNIT_CASE(entry_what_soft_disables),
	KUNIT_CASE(entry_which_exit_is_spurious),
	{}
};

struct kunit_suite hv_timer_entry_suite = {
	.name = "hv_timer_entry",
	.test_cases = hv_timer_entry_cases,
};
