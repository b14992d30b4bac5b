/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the proofs have in common. A proof is a function "void proof_NAME(void)":
 * it takes any inputs from the functions below, assumes the ranges that the
 * function's kernel-doc states, calls it once and compares with what is written
 * there a second time, in wider integers and in another way.
 */
#ifndef PROOFS_PROOF_H
#define PROOFS_PROOF_H

#include <linux/types.h>

/* Any value of the type: CBMC knows functions of these names. */
bool nondet_bool(void);
u32 nondet_u32(void);
u64 nondet_u64(void);

#define assume(condition)	__CPROVER_assume(condition)
#define prove(what, condition)	__CPROVER_assert(condition, what)

/*
 * The proof reaches this place with some input: a property that must fail. If the
 * assumptions were contradictory, everything would hold.
 */
#define reached(what)		__CPROVER_assert(0, "reached: " what)

static inline u32 any_rate(void)
{
	u32 rate = nondet_u32();

	assume(rate <= 31);
	return rate;
}

#endif /* PROOFS_PROOF_H */
