// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suites for what VM entries do to the VMX preemption timer: the decision
 * at one entry, and what a row of entries leaves in a model of a VMCS. The entries
 * are vmx/hv_timer.h's own, over the least of KVM that it needs.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/percpu.h>

#include "hv_timer_test.h"
#include "hv_timer_vmx.h"

#define RATE		5U
#define NOW		1000000ULL
#define NONE		HV_TIMER_NO_DEADLINE

/* What a new VMCS holds by chance. */
#define GARBAGE		0xbadc0deU

/**
 * struct loaded_vmcs - what the unit knows of a VMCS, and what the test counts
 * @hv_timer_soft_disabled: the flag that is kept beside the VMCS
 * @hv_timer_pin_controls: the unit's shadow of the pin-based controls
 * @value: the timer value field
 * @writes: how often @value was written
 */
struct loaded_vmcs {
	bool hv_timer_soft_disabled;
	u32 hv_timer_pin_controls;
	u32 value;
	unsigned int writes;
};

struct vcpu_vmx {
	struct {
		int vcpu_id;
	} vcpu;
	struct loaded_vmcs vmcs01;
	struct loaded_vmcs *loaded_vmcs;
	u64 hv_deadline_tsc;
};

static struct vcpu_vmx vmx;
static u64 tsc;

static u64 test_rdtsc(void)
{
	return tsc;
}

/* UML has a rdtsc() in some kernels. */
#undef rdtsc
#define rdtsc	test_rdtsc

static void vmcs_write32(unsigned long field, u32 value)
{
	/* A write of another field is one too many. */
	vmx.loaded_vmcs->writes++;
	if (field == VMX_PREEMPTION_TIMER_VALUE)
		vmx.loaded_vmcs->value = value;
}

/* The module's own needs %gs. */
#define hv_timer_event(field)	this_cpu_inc(hv_timer_stats.field)
/* So that it needs no functions of KVM's for the pin-based controls. */
#define HV_TIMER_PIN_SHADOW	1
#include "hv_timer.h"

DEFINE_PER_CPU(struct hv_timer_stats, hv_timer_stats);
DEFINE_STATIC_KEY_FALSE(hv_timer_off);
unsigned int hv_timer_rate;
u64 hv_timer_max_value;

/* A VMCS is (re)initialised: the field holds anything, the flag is reset. */
static void vmcs_init(struct loaded_vmcs *vmcs)
{
	vmcs->value = GARBAGE;
	hv_timer_vmcs_init(vmcs);
}

/* One VM entry. @max: the highest value there is. */
static void vmcs_enter_capped(struct loaded_vmcs *vmcs, bool force_exit, u64 deadline, u64 now,
			      unsigned int rate, u32 max)
{
	vmx.loaded_vmcs = vmcs;
	vmx.hv_deadline_tsc = deadline;
	tsc = now;
	hv_timer_rate = rate;
	hv_timer_max_value = max;
	hv_timer_enter(&vmx, force_exit);
}

/* A PREEMPTION_TIMER exit of a VMCS: whether the guest is entered as if nothing had been. */
static bool exit_is_spurious(struct loaded_vmcs *vmcs)
{
	vmx.loaded_vmcs = vmcs;

	return hv_timer_exit(&vmx);
}

/* The same without an erratum. */
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

/* Ends the case: what comes after a wrong entry is wrong as well. */
static void assert_vmcs(struct kunit *test, struct loaded_vmcs *vmcs, u32 value,
			unsigned int writes, bool soft_disabled)
{
	KUNIT_ASSERT_EQ(test, vmcs->value, value);
	KUNIT_ASSERT_EQ(test, vmcs->writes, writes);
	KUNIT_ASSERT_EQ(test, vmcs->hv_timer_soft_disabled, soft_disabled);
	KUNIT_ASSERT_EQ(test, exit_is_spurious(vmcs),
			soft_disabled);
}

/* hv_timer_entry */

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

/* hv_timer_sequence */

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

	/* Past the deadline every entry still writes, and it writes 0. */
	for (i = 0; i <= 20; i++) {
		vmcs_enter(&vmcs, false, deadline, NOW + (i << RATE), RATE);
		assert_vmcs(test, &vmcs, i < 10 ? 10 - i : 0, 2 + i, false);
	}
}

static void sequence_same_value_is_written_again(struct kunit *test)
{
	struct loaded_vmcs vmcs = {};
	unsigned int i;

	/* The CPU counts down a copy: each entry starts from the field anew. */
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
	/* The deadline is not forgotten over it. */
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
		/* The same number, but somebody asked for this exit. */
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

	/* Each gets its one write, however often the vCPU goes to and fro. */
	for (i = 0; i < 10; i++) {
		enter_idle(&vmcs01);
		assert_vmcs(test, &vmcs01, HV_TIMER_SOFT_DISABLED, 1, true);
		assert_vmcs(test, &vmcs02, i ? HV_TIMER_SOFT_DISABLED : GARBAGE,
			    i ? 1 : 0, i);
		enter_idle(&vmcs02);
		assert_vmcs(test, &vmcs02, HV_TIMER_SOFT_DISABLED, 1, true);
	}

	/* What is written to one says nothing about the other. */
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

	/* The deadline is the vCPU's: it is carried by whichever is entered. */
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

	/* The field keeps its value over an exit: re-entering is all there is. */
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

/* What the random sequence last did to a VMCS, told without the code under test. */
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
			/* A guest asks for a deadline; what is refused clears it. */
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

		/* Idle after idle is the one entry that writes nothing. */
		writes += !(entry == LAST_IDLE && last[which] == LAST_IDLE);
		KUNIT_ASSERT_EQ_MSG(test, v->writes, writes, "step %u: %s after %s", i,
				    names[entry], names[last[which]]);
		KUNIT_ASSERT_EQ_MSG(test, exit_is_spurious(v),
				    entry == LAST_IDLE, "step %u: %s after %s", i,
				    names[entry], names[last[which]]);

		/* The other VMCS is as it was left. */
		KUNIT_ASSERT_EQ_MSG(test, vmcs[!which].hv_timer_soft_disabled,
				    last[!which] == LAST_IDLE, "step %u", i);
		last[which] = entry;
		seen[entry]++;
	}

	KUNIT_EXPECT_GT(test, seen[LAST_IDLE], 1000U);
	KUNIT_EXPECT_GT(test, seen[LAST_ARMED], 1000U);
	KUNIT_EXPECT_GT(test, seen[LAST_FORCED], 1000U);
}

static void sequence_random(struct kunit *test)
{
	random_entries(test, HV_TIMER_NO_CAP);
}

static void sequence_random_below_a_cap(struct kunit *test)
{
	/* 2.4 GHz and 2.0 GHz by a crystal of 25 MHz and of 38.4 MHz; and a small one. */
	random_entries(test, 0xbfffffff);
	random_entries(test, 0x67ffffff);
	random_entries(test, 1000);
}

static struct kunit_case hv_timer_entry_cases[] = {
	KUNIT_CASE_PARAM(entry_truth_table, entry_gen_params),
	KUNIT_CASE(entry_actions_differ),
	KUNIT_CASE(entry_what_soft_disables),
	KUNIT_CASE(entry_which_exit_is_spurious),
	{}
};

static struct kunit_suite hv_timer_entry_suite = {
	.name = "hv_timer_entry",
	.test_cases = hv_timer_entry_cases,
};

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
	KUNIT_CASE(sequence_random),
	KUNIT_CASE(sequence_random_below_a_cap),
	{}
};

static struct kunit_suite hv_timer_sequence_suite = {
	.name = "hv_timer_sequence",
	.test_cases = hv_timer_sequence_cases,
};

kunit_test_suites(&hv_timer_entry_suite, &hv_timer_sequence_suite);

MODULE_DESCRIPTION("KUnit suites for VM entries and the VMX preemption timer");
MODULE_LICENSE("GPL");
