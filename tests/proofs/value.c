// SPDX-License-Identifier: GPL-2.0-only
/* The value and the deadline: for all inputs. */
#include "hv_timer_value.h"
#include "proof.h"

/* B3, B11: never late, 0 once past, and no sooner than the highest value makes it. */
void proof_value(void)
{
	u64 deadline = nondet_u64();
	u64 now = nondet_u64();
	u32 rate = any_rate();
	u32 max = nondet_u32();
	u128 one = (u128)1 << rate;
	u128 fires, value;

	value = hv_timer_value(deadline, now, rate, max);
	fires = now + (value << rate);

	prove("B11: never above the highest value", value <= max);
	if (deadline <= now) {
		prove("0 once past", value == 0);
		reached("a past deadline");
	} else {
		prove("never late", fires <= deadline);
		prove("the closest below, or the longest",
		      fires + one > deadline || value == max);
		if (fires + one <= deadline)
			reached("a clamped value");
		else if (value == max)
			reached("the longest value, which is right");
		else if (value)
			reached("a value");
		else
			reached("less than one tick left");
	}
}

/* The same, wherever it says that it is. */
void proof_value_quick(void)
{
	u64 deadline = nondet_u64();
	u64 now = nondet_u64();
	u32 rate = any_rate();
	u32 max = nondet_u32();
	u64 quick;

	assume(now < 1ULL << 63);
	quick = hv_timer_value_quick(deadline, now, rate);

	if (quick > max) {
		if (deadline <= now)
			reached("a past deadline");
		else
			reached("too far away");
		return;
	}
	prove("as hv_timer_value()", quick == hv_timer_value(deadline, now, rate, max));
	prove("not past", deadline >= now);
	reached("a value");
}

void proof_guest_delta(void)
{
	u64 deadline = nondet_u64();
	u64 now = nondet_u64();
	u64 advance = nondet_u64();
	s128 left = (s128)deadline - now - advance;
	u64 delta;

	delta = hv_timer_guest_delta(deadline, now, advance);

	if (left > 0) {
		prove("what is left", delta == left);
		reached("time is left");
	} else {
		prove("0 when none is left", delta == 0);
		reached("no time is left");
	}
}

void proof_deadline(void)
{
	u64 now = nondet_u64();
	u64 delta = nondet_u64();
	u32 rate = any_rate();
	u32 max = nondet_u32();
	u64 before = nondet_u64();
	u64 deadline = before;
	u128 exact = (u128)now + delta;
	bool fits = delta < ((u128)max + 1) << rate;
	int ret;

	assume(now < 1ULL << 63);
	ret = hv_timer_deadline(now, delta, rate, max, &deadline);

	prove("0 or -ERANGE", ret == 0 || ret == -ERANGE);
	prove("refused exactly when it does not fit", (ret == 0) == fits);
	if (ret == 0) {
		prove("the exact sum", deadline == exact);
		prove("told from no deadline", deadline != HV_TIMER_NO_DEADLINE);
		reached("success");
	} else {
		prove("left alone on failure", deadline == before);
		if (delta >> rate > 0xffffffff)
			reached("too far away");
		else
			reached("too far away by the erratum alone");
	}
}

/* A deadline that was accepted is never clamped later, nor late. */
void proof_deadline_then_value(void)
{
	u64 now = nondet_u64();
	u64 later = nondet_u64();
	u64 delta = nondet_u64();
	u32 rate = any_rate();
	u32 max = nondet_u32();
	u64 deadline;
	u128 fires, value;

	assume(now < 1ULL << 63);
	assume(later >= now);
	if (hv_timer_deadline(now, delta, rate, max, &deadline))
		return;

	value = hv_timer_value(deadline, later, rate, max);
	fires = later + (value << rate);

	if (later < deadline) {
		prove("never late", fires <= deadline);
		prove("never clamped", fires + ((u128)1 << rate) > deadline);
		reached("before the deadline");
		if (value == max)
			reached("the longest value");
	} else {
		prove("at once", value == 0);
		reached("after the deadline");
	}
}
