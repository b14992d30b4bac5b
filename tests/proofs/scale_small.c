// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest ticks to host ticks, the division itself included, by the header's model
 * of DIV. Proved for VMX's 48 binary places and for guest and ratio below
 * 2^SMALL_BITS only; proof_scale is for all, without the division.
 */
#include "hv_timer_value.h"
#include "proof.h"

#define SMALL_BITS	6

void proof_scale_small(void)
{
	u64 guest = nondet_u64();
	u64 ratio = nondet_u64();
	u64 host;
	u128 dividend;

	assume(guest >> SMALL_BITS == 0 && ratio >> SMALL_BITS == 0);
	dividend = (u128)guest << 48;

	if (hv_timer_scale(guest, 48, ratio, &host))
		return;

	prove("not above the quotient", (u128)host * ratio <= dividend);
	prove("not below the quotient", (u128)host * ratio + ratio > dividend);
	reached("success");
}
