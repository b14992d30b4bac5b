// SPDX-License-Identifier: GPL-2.0-only
/*
 * Erratum EMR158: what the highest value is, that nothing which is written reaches the
 * cap, and that without the erratum everything is as it was before there was one.
 *
 * The division is left out, because no solver can do it for 57 bits by 32. Proved for
 * all inputs: hv_timer_highest_value() divides EBX * 2^25 by EAX, and what is made of
 * the quotient, which is any number here. proof_highest_value_small has the division.
 */
#include "hv_timer_value.h"
#include "proof.h"

static u64 div_calls, div_dividend, div_quotient;
static u32 div_divisor;

/* A function of this name takes the other's place: see run. */
u64 replace_div_u64(u64 dividend, u32 divisor)
{
	prove("no division by 0", divisor != 0);
	div_calls++;
	div_dividend = dividend;
	div_divisor = divisor;
	div_quotient = nondet_u64();
	return div_quotient;
}

/* B11, for all that CPUID can say. */
void proof_highest_value(void)
{
	u32 denominator = nondet_u32();
	u32 numerator = nondet_u32();
	bool hypervisor = nondet_bool();
	u32 max;

	div_calls = 0;

	max = hv_timer_highest_value(denominator, numerator, hypervisor);

	if (hypervisor || !denominator || !numerator) {
		prove("no erratum, no cap", max == 0xffffffff);
		if (hypervisor)
			reached("a virtual CPU");
		else
			reached("a CPU that does not tell");
		return;
	}

	prove("one division", div_calls == 1);
	prove("the exact dividend", div_dividend == (u128)numerator * 0x2000000);
	prove("by EAX", div_divisor == denominator);
	if (!div_quotient) {
		prove("no value is right: 0", max == 0);
		reached("no value is right");
		return;
	}
	prove("the highest value is below the cap", max < div_quotient);
	prove("and no higher one is", max == 0xffffffff || (u64)max + 1 == div_quotient);
	if (max == 0xffffffff)
		reached("a ratio that has no cap");
	else
		reached("a cap");
	if (max == 0xfffffffe)
		reached("a cap of all 32 bits");
}

/* Every value that is written while the timer is on. */
void proof_nothing_reaches_the_cap(void)
{
	u32 denominator = nondet_u32();
	u32 numerator = nondet_u32();
	u64 kernel_max = nondet_u64();
	u64 deadline = nondet_u64();
	u64 now = nondet_u64();
	u64 delta = nondet_u64();
	u32 rate = any_rate();
	u64 taken;
	u32 max;

	assume(denominator && numerator);
	max = hv_timer_highest_value(denominator, numerator, false);
	/* As hv_timer_setup() does. */
	if (kernel_max < max)
		max = (u32)kernel_max;
	if (hv_timer_too_short(nondet_u64(), rate, max)) {
		reached("off");
		return;
	}

	prove("as a deadline", hv_timer_value(deadline, now, rate, max) < div_quotient);
	prove("as the soft-disable", hv_timer_soft_disable_value(max) < div_quotient);
	prove("as a forced exit", 0 < div_quotient);
	prove("a deadline that would come to it is refused",
	      delta >> rate < div_quotient ||
	      hv_timer_deadline(now, delta, rate, max, &taken) == -ERANGE);
	reached("on");
	if (div_quotient <= 0xffffffff)
		reached("on, with a cap");
	if (delta >> rate >= div_quotient)
		reached("a deadline beyond the cap");
}

void proof_cpu_is_broken(void)
{
	u32 signature = nondet_u32();

	if (hv_timer_cpu_is_broken(signature)) {
		prove("Xeon E3-1220 v2", signature == 0x306a8);
		reached("broken");
	} else {
		prove("any other", signature != 0x306a8);
		reached("not broken");
	}
}

/* The functions as they were before there was a highest value. */

static bool old_too_short(u64 tsc_hz, u32 rate)
{
	return ((tsc_hz ? tsc_hz : 5000000000ULL) >> rate) > 0xffffffffU / 10;
}

static u32 old_value(u64 deadline, u64 now, u32 rate)
{
	u64 value;

	if (deadline <= now)
		return 0;

	value = (deadline - now) >> rate;
	if (value >> 32)
		return 0xffffffff;
	return (u32)value;
}

static int old_deadline(u64 now, u64 delta, u32 rate, u64 *deadline)
{
	if (delta >> rate > 0xffffffff)
		return -ERANGE;

	if (delta >= ~0ULL - now)
		return -ERANGE;

	*deadline = now + delta;
	return 0;
}

/* Without the erratum nothing changes, bit for bit. */
void proof_without_erratum(void)
{
	u64 hz = nondet_u64();
	u32 rate = any_rate();
	u64 now = nondet_u64();
	u64 other = nondet_u64();
	u64 before = nondet_u64();
	u64 old = before;
	u64 new = before;
	int old_ret, new_ret;
	u32 max;

	max = hv_timer_highest_value(nondet_u32(), 0, nondet_bool());

	prove("10 s rule", hv_timer_too_short(hz, rate, max) == old_too_short(hz, rate));
	prove("value", hv_timer_value(other, now, rate, max) == old_value(other, now, rate));
	assume(now < 1ULL << 63);
	old_ret = old_deadline(now, other, rate, &old);
	new_ret = hv_timer_deadline(now, other, rate, max, &new);
	prove("deadline", new_ret == old_ret && new == old);
	prove("soft-disable", hv_timer_soft_disable_value(max) == 0xffffffff);
	reached("the end");
	if (old_ret)
		reached("a deadline that is refused");
}
