/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's types, for include/hv_timer_value.h in userspace. */
#ifndef KVM_HVTIMER_LINUX_TYPES_H
#define KVM_HVTIMER_LINUX_TYPES_H

#include <stdbool.h>
#include_next <linux/types.h>

typedef __u32 u32;
typedef __u64 u64;

#endif /* KVM_HVTIMER_LINUX_TYPES_H */
