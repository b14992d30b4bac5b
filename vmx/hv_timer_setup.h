/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is not on the way into or out of the guest: the decision whether the hv
 * timer is used, and the counters. It needs nothing of KVM's own headers, which
 * are not the same in all kernels.
 */
#ifndef HV_TIMER_SETUP_H
#define HV_TIMER_SETUP_H

#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct hv_timer_stats - what happened to the timer on one CPU, in events
 * @deadline_entries: VM entries with a deadline, each of which wrote the value
 * @soft_disables: VM entries that wrote hv_timer_soft_disable_value()
 * @forced_exits: VM entries that wrote 0 to force an immediate exit
 * @timer_exits: PREEMPTION_TIMER exits, spurious ones included
 * @spurious_exits: PREEMPTION_TIMER exits taken while soft-disabled
 * @pin_control_writes: VMWRITEs of the pin-based controls of a VMCS that is
 *	entered (the shadow VMCS of a nested guest is not)
 */
struct hv_timer_stats {
	u64 deadline_entries;
	u64 soft_disables;
	u64 forced_exits;
	u64 timer_exits;
	u64 spurious_exits;
	u64 pin_control_writes;
};

DECLARE_PER_CPU(struct hv_timer_stats, hv_timer_stats);

extern bool hv_timer_on;
extern unsigned int hv_timer_rate;
extern u32 hv_timer_max_value;

bool hv_timer_setup(bool wanted, u32 pin_based_exec_ctrl, bool erratum, bool evmcs,
		    u64 kernel_max);
void hv_timer_debugfs_create(void);
void hv_timer_debugfs_remove(void);

#endif /* HV_TIMER_SETUP_H */
