// SPDX-License-Identifier: GPL-2.0-only
/*
 * Erratum EMR158's highest value, the division itself included. Proved for EAX and EBX
 * below 2^SMALL_BITS only; proof_highest_value is for all, without the division.
 */
#include "hv_timer_value.h"
#include "proof.h"

#define SMALL_BITS	8

/*
 * By products: value < EBX * 2^25 / EAX, rounded down, is the same as
 * (value + 1) * EAX <= EBX * 2^25.
 */
void proof_highest_value_small(void)
{
	u32 denominator = nondet_u32();
	u32 numerator = nondet_u32();
	u64 below, next, product;
	u32 max;

	assume(denominator && denominator >> SMALL_BITS == 0);
	assume(numerator && numerator >> SMALL_BITS == 0);
	product = (u64)numerator << 25;

	max = hv_timer_highest_value(denominator, numerator, false);

	below = ((u64)max + 1) * denominator;
	next = below + denominator;
	prove("the highest value is below the cap", below <= product);
	prove("and no higher one is", max == 0xffffffff || next > product);
	if (max == 0xffffffff)
		reached("a ratio that has no cap");
	else
		reached("a cap");
}
