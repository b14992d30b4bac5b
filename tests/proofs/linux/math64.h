/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's divisions, for the proofs. */
#ifndef PROOFS_LINUX_MATH64_H
#define PROOFS_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

#endif /* PROOFS_LINUX_MATH64_H */
