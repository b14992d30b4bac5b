/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Set-up and counters. This file includes none of KVM's own headers, because they differ
 * between kernels.
 */
#ifndef HV_TIMER_SETUP_H
#define HV_TIMER_SETUP_H

#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <linux/types.h>

/**
 * struct hv_timer_stats - what happened to the timer on one CPU, in events
 * @deadline_entries: VM entries with a deadline; each wrote the value
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

/* The segment of this CPU's variables. */
#ifdef CONFIG_SMP
#define HV_TIMER_THIS_CPU	"%%gs:"
#else
#define HV_TIMER_THIS_CPU	""
#endif

#ifndef hv_timer_event
/**
 * hv_timer_event() - count an event on this CPU
 * @field: which field of struct hv_timer_stats
 *
 * this_cpu_inc() without telling the compiler that memory changes: so it need not load the
 * vCPU's fields again after each event. VM entry and exit do not read the counters.
 *
 * Context: any.
 */
#define hv_timer_event(field)							\
({										\
	asm volatile("incq " HV_TIMER_THIS_CPU "%c0(%%rip)" : :			\
		     "i" (&hv_timer_stats.field) : "cc");			\
})
#endif

/* RHEL 7's 3.10 has the old names of static keys only. */
#ifndef DEFINE_STATIC_KEY_FALSE
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key name = STATIC_KEY_INIT_FALSE
#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key name
#define static_branch_unlikely(key)	static_key_false(key)
#define static_branch_enable(key)	static_key_slow_inc(key)
#endif

DECLARE_STATIC_KEY_FALSE(hv_timer_off);
extern unsigned int hv_timer_rate;
extern u64 hv_timer_max_value;

/**
 * hv_timer_in_use() - whether the hv timer is used
 *
 * Return: what hv_timer_setup() decided; true before that.
 * Context: any.
 */
static __always_inline bool hv_timer_in_use(void)
{
	return !static_branch_unlikely(&hv_timer_off);
}

bool hv_timer_setup(bool wanted, u32 pin_based_exec_ctrl, bool erratum, bool evmcs,
		    u64 kernel_max);
void hv_timer_debugfs_create(void);
void hv_timer_debugfs_remove(void);

#endif /* HV_TIMER_SETUP_H */
