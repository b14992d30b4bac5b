// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest ticks to host ticks, without DIV, because no solver can do it for 128 bits.
 *
 * Proved for all inputs, frac_bits from 1 to 63: hv_timer_scale() hands DIV the
 * dividend guest * 2^frac_bits and the divisor ratio, DIV does not fault, what
 * DIV gives is the result, and -ERANGE is the answer exactly when the quotient
 * does not fit in 64 bits. DIV stands for its definition: its conditions are
 * proved where it is called, and its quotient is any number, of which only is
 * known that it comes out again.
 *
 * Not proved: that the asm statement is DIV. KUnit runs it.
 */
#include "hv_timer_value.h"
#include "proof.h"

static u64 div_calls, div_high, div_low, div_divisor, div_quotient;

/* A function of this name takes the other's place: see run. */
u64 replace_hv_timer_div_128(u64 high, u64 low, u64 divisor)
{
	prove("DIV: no division by 0", divisor != 0);
	prove("DIV: the quotient fits", high < divisor);
	div_calls++;
	div_high = high;
	div_low = low;
	div_divisor = divisor;
	div_quotient = nondet_u64();
	return div_quotient;
}

void proof_scale(void)
{
	u64 guest = nondet_u64();
	u64 ratio = nondet_u64();
	u32 frac_bits = nondet_u32();
	u64 before = nondet_u64();
	u64 host = before;
	u128 dividend;
	int ret;

	assume(frac_bits >= 1 && frac_bits <= 63);
	dividend = (u128)guest << frac_bits;
	div_calls = 0;

	ret = hv_timer_scale(guest, frac_bits, ratio, &host);

	prove("0 or -ERANGE", ret == 0 || ret == -ERANGE);
	/* dividend / ratio < 2^64, without the division. */
	prove("refused exactly when it does not fit",
	      (ret == 0) == (dividend < (u128)ratio << 64));
	if (ret == 0) {
		prove("one division", div_calls == 1);
		prove("the exact dividend", ((u128)div_high << 64) + div_low == dividend);
		prove("the ratio as divisor", div_divisor == ratio);
		prove("the quotient is the result", host == div_quotient);
		reached("success");
		if (frac_bits == 48)
			reached("success with VMX's 48 bits");
	} else {
		prove("left alone on failure", host == before);
		reached("failure");
		if (!ratio)
			reached("failure with a ratio of 0");
	}
}
