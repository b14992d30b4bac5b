/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's divisions, for include/hv_timer_value.h in userspace. */
#ifndef KVM_HVTIMER_LINUX_MATH64_H
#define KVM_HVTIMER_LINUX_MATH64_H

#include <linux/types.h>

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

#endif /* KVM_HVTIMER_LINUX_MATH64_H */
