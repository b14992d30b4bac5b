// SPDX-License-Identifier: GPL-2.0-only
/*
 * The decision at a VM entry, alone and in a sequence. HV_TIMER_SOFT_DISABLED is
 * any value here, as a test build may lower it, and so is the highest value.
 */
#include <linux/types.h>

static u32 soft_disabled, max_value;

#define HV_TIMER_SOFT_DISABLED	soft_disabled
#include "hv_timer_value.h"
#include "proof.h"

/* The lower of the two, written a second time. */
static u32 longest(void)
{
	if (soft_disabled > max_value)
		return max_value;
	return soft_disabled;
}

void proof_soft_disable_value(void)
{
	u32 value;

	soft_disabled = nondet_u32();
	max_value = nondet_u32();

	value = hv_timer_soft_disable_value(max_value);

	prove("B11: never above the highest value", value <= max_value);
	prove("B2: the longest safe value, or what a test build says", value == longest());
	if (soft_disabled == 0xffffffff)
		prove("the highest value, but in a test build", value == max_value);
	if (value == max_value)
		reached("the highest value");
	else
		reached("a lower one");
}

/* What an entry must do, by B2 to B4. */
struct wish {
	bool force_exit;
	bool has_deadline;
	u64 deadline;
};

static struct wish any_wish(void)
{
	struct wish wish;

	wish.force_exit = nondet_bool();
	wish.has_deadline = nondet_bool();
	wish.deadline = nondet_u64();
	assume(wish.has_deadline == (wish.deadline != ~0ULL));
	return wish;
}

static bool idle(struct wish wish)
{
	return !wish.force_exit && !wish.has_deadline;
}

void proof_entry_action(void)
{
	struct wish wish = any_wish();
	bool was_soft_disabled = nondet_bool();
	enum hv_timer_action action;
	bool flag;

	action = hv_timer_entry_action(wish.force_exit, wish.deadline, &was_soft_disabled);
	flag = hv_timer_action_soft_disables(action);

	prove("B4: a forced exit, before all else",
	      (action == HV_TIMER_FORCE_EXIT) == wish.force_exit);
	prove("B3: armed with each deadline",
	      (action == HV_TIMER_ARM) == (!wish.force_exit && wish.has_deadline));
	prove("B2: written once when idle",
	      (action == HV_TIMER_SOFT_DISABLE) == (idle(wish) && !was_soft_disabled));
	prove("B2: and not again",
	      (action == HV_TIMER_KEEP) == (idle(wish) && was_soft_disabled));
	prove("soft-disabled exactly when idle", flag == idle(wish));
	if (action == HV_TIMER_FORCE_EXIT)
		reached("forced");
	if (action == HV_TIMER_ARM)
		reached("armed");
	if (action == HV_TIMER_SOFT_DISABLE)
		reached("soft-disabled");
	if (action == HV_TIMER_KEEP)
		reached("kept");
}

/* A VMCS: the timer value, our flag, and who wrote last, which nobody stores. */
struct model_vmcs {
	u32 value;
	bool soft_disabled;
	bool idle_wrote_last;
};

static struct model_vmcs any_vmcs(void)
{
	struct model_vmcs vmcs;

	vmcs.value = nondet_u32();
	vmcs.soft_disabled = nondet_bool();
	vmcs.idle_wrote_last = nondet_bool();
	return vmcs;
}

static bool invariant(const struct model_vmcs *vmcs)
{
	return vmcs->soft_disabled == vmcs->idle_wrote_last &&
		(!vmcs->soft_disabled || vmcs->value == longest());
}

/* One entry. Returns the number of writes. */
static u32 enter(struct model_vmcs *vmcs, struct wish wish, u64 now, u32 rate)
{
	enum hv_timer_action action;
	u32 writes = 1;

	action = hv_timer_entry_action(wish.force_exit, wish.deadline, &vmcs->soft_disabled);
	if (action == HV_TIMER_FORCE_EXIT)
		vmcs->value = 0;
	else if (action == HV_TIMER_ARM)
		vmcs->value = hv_timer_value(wish.deadline, now, rate, max_value);
	else if (action == HV_TIMER_SOFT_DISABLE)
		vmcs->value = hv_timer_soft_disable_value(max_value);
	else
		writes = 0;
	if (writes)
		vmcs->idle_wrote_last = idle(wish);
	vmcs->soft_disabled = hv_timer_action_soft_disables(action);
	return writes;
}

/*
 * Induction over the entries into one VMCS, any number of them. It begins with
 * a VMCS just initialised: any value, not soft-disabled. Each entry keeps the
 * invariant, and with it does what B2 to B5 say. Another VMCS shares nothing
 * with this one.
 */
void proof_entry_first(void)
{
	struct model_vmcs vmcs = any_vmcs();
	u32 writes;

	soft_disabled = nondet_u32();
	max_value = nondet_u32();
	vmcs.soft_disabled = false;
	vmcs.idle_wrote_last = false;
	prove("the invariant, to begin with", invariant(&vmcs));

	writes = enter(&vmcs, any_wish(), nondet_u64(), any_rate());

	prove("the first entry writes", writes == 1);
	prove("the invariant afterwards", invariant(&vmcs));
	prove("B11: nothing above the highest value is entered with", vmcs.value <= max_value);
	reached("the first entry");
}

void proof_entry_next(void)
{
	struct model_vmcs vmcs = any_vmcs();
	struct wish wish = any_wish();
	u64 now = nondet_u64();
	u32 rate = any_rate();
	u32 before = vmcs.value;
	bool was_soft_disabled = vmcs.soft_disabled;
	u32 writes;

	soft_disabled = nondet_u32();
	max_value = nondet_u32();
	assume(invariant(&vmcs));

	writes = enter(&vmcs, wish, now, rate);

	prove("the invariant afterwards", invariant(&vmcs));
	prove("B11: nothing above the highest value is entered with", vmcs.value <= max_value);
	if (wish.force_exit) {
		prove("B4: 0 is written", writes == 1 && vmcs.value == 0);
		reached("forced");
	} else if (wish.has_deadline) {
		prove("B3: a value is written", writes == 1);
		prove("B3: never late", wish.deadline <= now ? vmcs.value == 0 :
		      now + ((u128)vmcs.value << rate) <= wish.deadline);
		reached("armed");
		if (vmcs.value == longest())
			reached("armed with the value of soft-disabled");
	} else {
		prove("B2: soft-disabled", vmcs.value == longest());
		prove("B2: written once", writes == (was_soft_disabled ? 0 : 1));
		if (!writes)
			prove("B2: left alone", vmcs.value == before);
		reached("idle");
	}
	prove("B5: an exit is spurious exactly when the entry was idle",
	      hv_timer_exit_is_spurious(vmcs.soft_disabled) == idle(wish));
}
