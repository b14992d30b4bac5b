// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite for what a sequence of VM entries leaves in a VMCS, see hv_timer_model.h. */
#include <kunit/test.h>

#include "hv_timer_model.h"
#include "hv_timer_test.h"

#define RATE		5U
#define NOW		1000000ULL
#define NONE		HV_TIMER_NO_DEADLINE

/* An entry on a CPU without an erratum. */
static void vmcs_enter(struct loaded_vmcs *vmcs, bool force_exit, u64 deadline, u64 now,
		       unsigned int rate)
{
	vmcs_enter_capped(vmcs, force_exit, deadline, now, rate, HV_TIMER_NO_CAP);
}

static void enter_idle(struct loaded_vmcs *vmcs)
{
	vmcs_enter(vmcs, false, NONE, NOW, RATE);
}

static void enter_forced(struct loaded_vmcs *vmcs)
{
	vmcs_enter(vmcs, true, NONE, NOW, RATE);
}

/* @ticks: timer ticks to the deadline. */
static void enter_armed(struct loaded_vmcs *vmcs, u64 ticks)
{
	vmcs_enter(vmcs, false, NOW + (ticks << RATE), NOW, RATE);
}

/* A wrong entry ends the case, because all later ones are wrong as well. */
static void assert_vmcs(struct kunit *test, struct loaded_vmcs *vmcs, u32 value,
			unsigned int writes, bool soft_disabled)
{
	KUNIT_ASSERT_EQ(test, vmcs->value, value);
	KUNIT_ASSERT_EQ(test, vmcs->writes, writes);
	KUNIT_ASSERT_EQ(test, vmcs->hv_timer_soft_disabled, soft_disabled);
	KUNIT_ASSERT_EQ(test, exit_is_spurious(vmcs),
			soft_disabled);
}

static void sequence_idle_writes_once(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	vmcs_init(&vmcs);
	assert_vmcs(test, &vmcs, GARBAGE, 0, false);

	for (i = 0; i < 1000; i++) {
		enter_idle(&vmcs);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 1, true);
	}
}

static void sequence_idle_armed_idle_forced_idle(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};

	vmcs_init(&vmcs);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 1, true);
	enter_armed(&vmcs, 77);
	assert_vmcs(test, &vmcs, 77, 2, false);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 3, true);
	enter_forced(&vmcs);
	assert_vmcs(test, &vmcs, 0, 4, false);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 5, true);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 5, true);
}

static void sequence_armed_from_the_start(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};

	vmcs_init(&vmcs);
	enter_armed(&vmcs, 3);
	assert_vmcs(test, &vmcs, 3, 1, false);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 2, true);
}

static void sequence_forced_from_the_start(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};

	vmcs_init(&vmcs);
	enter_forced(&vmcs);
	assert_vmcs(test, &vmcs, 0, 1, false);
	enter_idle(&vmcs);
	assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 2, true);
}

static void sequence_armed_counts_down(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	u64 deadline = NOW + (10 << RATE);
	unsigned int i;

	vmcs_init(&vmcs);
	enter_idle(&vmcs);

	/* Past the deadline every entry writes 0. */
	for (i = 0; i <= 20; i++) {
		vmcs_enter(&vmcs, false, deadline, NOW + (i << RATE), RATE);
		assert_vmcs(test, &vmcs, i < 10 ? 10 - i : 0, 2 + i, false);
	}
}

static void sequence_same_value_is_written_again(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	/* The CPU counts down a copy, so each entry starts from the field. */
	vmcs_init(&vmcs);
	for (i = 1; i <= 5; i++) {
		enter_armed(&vmcs, 42);
		assert_vmcs(test, &vmcs, 42, i, false);
	}
}

static void sequence_forced_writes_zero_each_time(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	vmcs_init(&vmcs);
	enter_idle(&vmcs);
	for (i = 2; i <= 6; i++) {
		enter_forced(&vmcs);
		assert_vmcs(test, &vmcs, 0, i, false);
	}
}

static void sequence_forced_goes_before_deadline(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	u64 deadline = NOW + (10 << RATE);

	vmcs_init(&vmcs);
	vmcs_enter(&vmcs, false, deadline, NOW, RATE);
	assert_vmcs(test, &vmcs, 10, 1, false);
	vmcs_enter(&vmcs, true, deadline, NOW + BIT(RATE), RATE);
	assert_vmcs(test, &vmcs, 0, 2, false);
	/* The deadline is still there afterwards. */
	vmcs_enter(&vmcs, false, deadline, NOW + (2 << RATE), RATE);
	assert_vmcs(test, &vmcs, 8, 3, false);
}

static void sequence_deadline_that_looks_soft_disabled(struct kunit *test)
{
	unsigned int rate;

	for (rate = 0; rate <= HV_TIMER_MAX_RATE; rate++) {
		struct loaded_vmcs vmcs = {};
		u64 deadline;

		KUNIT_ASSERT_EQ_MSG(test,
				    hv_timer_deadline(NOW, (u64)U32_MAX << rate, rate,
						      HV_TIMER_NO_CAP, &deadline),
				    0, "rate %u", rate);

		vmcs_init(&vmcs);
		vmcs_enter(&vmcs, false, NONE, NOW, rate);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 1, true);
		/* The same value, but of a deadline: this exit is real. */
		vmcs_enter(&vmcs, false, deadline, NOW, rate);
		assert_vmcs(test, &vmcs, U32_MAX, 2, false);
		vmcs_enter(&vmcs, false, NONE, NOW, rate);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 3, true);
	}
}

static void sequence_two_vmcss_in_turn(struct kunit *test)
{
	struct loaded_vmcs vmcs01 = {}, vmcs02 = {};
	unsigned int i;

	vmcs_init(&vmcs01);
	vmcs_init(&vmcs02);

	/* Each gets one write, however often the vCPU switches between them. */
	for (i = 0; i < 10; i++) {
		enter_idle(&vmcs01);
		assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 1, true);
		assert_vmcs(test, &vmcs02, i ? HV_TIMER_SOFT_DISABLED : GARBAGE,
			    i ? 1 : 0, i);
		enter_idle(&vmcs02);
		assert_vmcs(test, &vmcs02, HV_TIMER_SOFT_DISABLED, 1, true);
	}

	/* A write to one leaves the other's flag alone. */
	enter_armed(&vmcs02, 9);
	assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 1, true);
	enter_idle(&vmcs01);
	assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 1, true);
	enter_forced(&vmcs01);
	assert_vmcs(test, &vmcs02, 9, 2, false);
	enter_idle(&vmcs02);
	assert_vmcs(test, &vmcs02, HV_TIMER_SOFT_DISABLED, 3, true);
	assert_vmcs(test, &vmcs01, 0, 2, false);
	enter_idle(&vmcs01);
	assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 3, true);
}

static void sequence_deadline_moves_to_other_vmcs(struct kunit *test)
{
	struct loaded_vmcs vmcs01 = {}, vmcs02 = {};
	u64 deadline = NOW + (100 << RATE);

	/* The deadline belongs to the vCPU: the VMCS that is entered gets it. */
	vmcs_init(&vmcs01);
	vmcs_init(&vmcs02);
	enter_idle(&vmcs02);
	vmcs_enter(&vmcs01, false, deadline, NOW, RATE);
	assert_vmcs(test, &vmcs01, 100, 1, false);
	vmcs_enter(&vmcs02, false, deadline, NOW + (30 << RATE), RATE);
	assert_vmcs(test, &vmcs02, 70, 2, false);
	vmcs_enter(&vmcs01, false, deadline, NOW + (90 << RATE), RATE);
	assert_vmcs(test, &vmcs01, 10, 2, false);
	/* It is cancelled while vmcs01 is loaded; both still hold a value. */
	enter_idle(&vmcs01);
	assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 3, true);
	assert_vmcs(test, &vmcs02, 70, 2, false);
	enter_idle(&vmcs02);
	assert_vmcs(test, &vmcs02, HV_TIMER_SOFT_DISABLED, 3, true);
}

static void sequence_reinitialised_vmcs_is_written_again(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	for (i = 1; i <= 5; i++) {
		vmcs_init(&vmcs);
		assert_vmcs(test, &vmcs, GARBAGE, i - 1, false);
		enter_idle(&vmcs);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, i, true);
		enter_idle(&vmcs);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, i, true);
	}
}

static void sequence_spurious_exit_writes_nothing(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	vmcs_init(&vmcs);
	enter_idle(&vmcs);

	/* The field keeps its value over an exit: the next entry need not write. */
	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_TRUE(test, exit_is_spurious(&vmcs));
		enter_idle(&vmcs);
		assert_vmcs(test, &vmcs, HV_TIMER_SOFT_DISABLED, 1, true);
	}
}

static void sequence_spurious_only_while_soft_disabled(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};

	vmcs_init(&vmcs);
	KUNIT_EXPECT_FALSE(test, exit_is_spurious(&vmcs));
	enter_armed(&vmcs, 1);
	KUNIT_EXPECT_FALSE(test, exit_is_spurious(&vmcs));
	enter_idle(&vmcs);
	KUNIT_EXPECT_TRUE(test, exit_is_spurious(&vmcs));
	enter_forced(&vmcs);
	KUNIT_EXPECT_FALSE(test, exit_is_spurious(&vmcs));
	enter_armed(&vmcs, 0);
	KUNIT_EXPECT_FALSE(test, exit_is_spurious(&vmcs));
	enter_idle(&vmcs);
	enter_idle(&vmcs);
	KUNIT_EXPECT_TRUE(test, exit_is_spurious(&vmcs));
	vmcs_init(&vmcs);
	KUNIT_EXPECT_FALSE(test, exit_is_spurious(&vmcs));
}

static struct kunit_case hv_timer_sequence_cases[] = {
	KUNIT_CASE(sequence_idle_writes_once),
	KUNIT_CASE(sequence_idle_armed_idle_forced_idle),
	KUNIT_CASE(sequence_armed_from_the_start),
	KUNIT_CASE(sequence_forced_from_the_start),
	KUNIT_CASE(sequence_armed_counts_down),
	KUNIT_CASE(sequence_same_value_is_written_again),
	KUNIT_CASE(sequence_forced_writes_zero_each_time),
	KUNIT_CASE(sequence_forced_goes_before_deadline),
	KUNIT_CASE(sequence_deadline_that_looks_soft_disabled),
	KUNIT_CASE(sequence_two_vmcss_in_turn),
	KUNIT_CASE(sequence_deadline_moves_to_other_vmcs),
	KUNIT_CASE(sequence_reinitialised_vmcs_is_written_again),
	KUNIT_CASE(sequence_spurious_exit_writes_nothing),
	KUNIT_CASE(sequence_spurious_only_while_soft_disabled),
	{}
};

struct kunit_suite hv_timer_sequence_suite = {
	.name = "hv_timer_sequence",
	.test_cases = hv_timer_sequence_cases,
};
