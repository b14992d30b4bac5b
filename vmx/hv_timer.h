/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unit's part in kvm-intel.ko: a VMX preemption timer that is never
 * switched off in the pin-based controls.
 *
 * The rules below vmx/rules put this file after KVM's "vmx.h" and make the
 * kernel's own code call it at the seams. What is decided is decided by the
 * pure functions of hv_timer_value.h; here it is carried out.
 *
 * On the way into and out of the guest there is no call, no lock and no shared
 * cache line: the functions are inline and the counters are per CPU and move
 * on events only.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <linux/percpu.h>

#include "hv_timer_value.h"

/**
 * struct hv_timer_stats - what happened to the timer on one CPU, in events
 * @deadline_entries: VM entries with a deadline, each of which wrote the value
 * @soft_disables: VM entries that wrote HV_TIMER_SOFT_DISABLED
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

extern unsigned int hv_timer_rate;

bool hv_timer_setup(bool wanted, u32 pin_based_exec_ctrl, bool erratum, bool evmcs);
void hv_timer_debugfs_create(void);
void hv_timer_debugfs_remove(void);

/**
 * hv_timer_write() - write the timer value of the loaded VMCS
 * @vmcs: the loaded VMCS
 * @action: what is being done, a constant
 * @value: the value, in timer ticks
 *
 * Context: VM entry, interrupts and preemption disabled.
 */
static __always_inline void hv_timer_write(struct loaded_vmcs *vmcs,
					   enum hv_timer_action action, u32 value)
{
	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, value);
	vmcs->hv_timer_soft_disabled = hv_timer_action_soft_disables(action);
}

/**
 * hv_timer_enter() - bring the timer value up to date for a VM entry
 * @vmx: the vCPU, its VMCS loaded
 * @force_exit: whether this entry is to exit before the first guest instruction
 *
 * Writes VMX_PREEMPTION_TIMER_VALUE of the loaded VMCS where B2 to B4 ask for
 * it, and nothing else of the VMCS. Called with the hv timer on.
 *
 * Context: VM entry, interrupts and preemption disabled.
 * Source: KVM's vmx_update_hv_timer().
 */
static __always_inline void hv_timer_enter(struct vcpu_vmx *vmx, bool force_exit)
{
	struct loaded_vmcs *vmcs = vmx->loaded_vmcs;
	u64 deadline = vmx->hv_deadline_tsc;

	switch (hv_timer_entry_action(force_exit, deadline, vmcs->hv_timer_soft_disabled)) {
	case HV_TIMER_KEEP:
		break;
	case HV_TIMER_FORCE_EXIT:
		this_cpu_inc(hv_timer_stats.forced_exits);
		hv_timer_write(vmcs, HV_TIMER_FORCE_EXIT, 0);
		break;
	case HV_TIMER_ARM:
		this_cpu_inc(hv_timer_stats.deadline_entries);
		hv_timer_write(vmcs, HV_TIMER_ARM,
			       hv_timer_value(deadline, rdtsc(), hv_timer_rate));
		break;
	case HV_TIMER_SOFT_DISABLE:
		this_cpu_inc(hv_timer_stats.soft_disables);
		hv_timer_write(vmcs, HV_TIMER_SOFT_DISABLE, HV_TIMER_SOFT_DISABLED);
		break;
	}
}

/**
 * hv_timer_exit() - count a PREEMPTION_TIMER exit and tell whether it means nothing
 * @vmx: the vCPU, the VMCS that exited still loaded
 *
 * Return: true for a spurious exit; the caller re-enters the guest, having
 *	done nothing.
 * Context: VM exit, interrupts and preemption disabled.
 * Source: KVM's handle_fastpath_preemption_timer().
 */
static __always_inline bool hv_timer_exit(struct vcpu_vmx *vmx)
{
	bool soft_disabled = vmx->loaded_vmcs->hv_timer_soft_disabled;

	this_cpu_inc(hv_timer_stats.timer_exits);
	if (likely(!hv_timer_exit_is_spurious(soft_disabled)))
		return false;

	this_cpu_inc(hv_timer_stats.spurious_exits);
	return true;
}

/**
 * hv_timer_pin_controls_set() - set the pin-based controls of the loaded VMCS
 * @vmx: the vCPU, its VMCS loaded
 * @val: the controls, PIN_BASED_* bits
 *
 * Writes them only when they differ from what the VMCS holds, and counts it
 * when it does. A write makes the CPU redo all consistency checks at the next
 * VM entry.
 *
 * Context: preemption disabled.
 * Source: KVM's pin_controls_set().
 */
static __always_inline void hv_timer_pin_controls_set(struct vcpu_vmx *vmx, u32 val)
{
	if (pin_controls_get(vmx) != val)
		this_cpu_inc(hv_timer_stats.pin_control_writes);

	pin_controls_set(vmx, val);
}

#endif /* HV_TIMER_H */
