/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What runs on VM entry and VM exit, for a VMX preemption timer that is never switched
 * off in the pin-based controls.
 *
 * The semantic patches in vmx/cocci include this file where struct vcpu_vmx and the
 * functions that write a VMCS are known, and make the kernel's code call it at the
 * hooks. The pure functions of hv_timer_value.h decide; this file writes the VMCS.
 *
 * VM entry and exit have no function call, no lock and no shared cache line: the
 * functions are inline, and the counters are per CPU and change on events only (B10).
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <asm/vmx.h>

#include "hv_timer_setup.h"
#include "hv_timer_trace.h"
#include "hv_timer_value.h"

/*
 * The trace events, as functions of their own: an event that is off costs one no-op, and
 * no register or stack is prepared for it.
 */
static __always_inline bool hv_timer_vmcs02_is_loaded(const struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs != &vmx->vmcs01;
}

/* Returns @value: the caller has no register to save across the call. */
static noinline __cold __maybe_unused unsigned long
hv_timer_trace_write(struct vcpu_vmx *vmx, unsigned long value, enum hv_timer_action action,
		     u64 now)
{
	u64 deadline = action == HV_TIMER_ARM ? vmx->hv_deadline_tsc : 0;

	trace_hv_timer_write_value(vmx->vcpu.vcpu_id, hv_timer_vmcs02_is_loaded(vmx), action,
				   value, deadline, now);
	return value;
}

/* The value is the constant 0, so nothing is returned. */
static noinline __cold __maybe_unused void hv_timer_trace_forced(struct vcpu_vmx *vmx)
{
	hv_timer_trace_write(vmx, 0, HV_TIMER_FORCE_EXIT, 0);
}

static noinline __cold __maybe_unused void hv_timer_trace_spurious(struct vcpu_vmx *vmx)
{
	trace_hv_timer_spurious_exit(vmx->vcpu.vcpu_id, hv_timer_vmcs02_is_loaded(vmx));
}

static noinline __cold __maybe_unused void
hv_timer_trace_pin_controls(struct vcpu_vmx *vmx, u32 old, u32 val)
{
	trace_hv_timer_write_pin_controls(vmx->vcpu.vcpu_id, hv_timer_vmcs02_is_loaded(vmx),
					  old, val);
}

/**
 * hv_timer_write() - write the timer value
 * @vmx: the vCPU, its VMCS loaded
 * @action: why it is written: anything but HV_TIMER_KEEP
 * @value: the value, in timer ticks
 * @now: host TSC, in TSC ticks; 0 without a deadline
 *
 * Callers pass a constant @action, so the flag is a constant too.
 *
 * Context: VM entry, interrupts and preemption disabled.
 */
static __always_inline void hv_timer_write(struct vcpu_vmx *vmx, enum hv_timer_action action,
					   unsigned long value, u64 now)
{
	vmx->loaded_vmcs->hv_timer_soft_disabled = hv_timer_action_soft_disables(action);
	if (trace_hv_timer_write_value_enabled())
		value = hv_timer_trace_write(vmx, value, action, now);
	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, value);
}

/**
 * hv_timer_set_deadline() - store a deadline, if the timer can hold it
 * @vmx: the vCPU
 * @now: host TSC, in TSC ticks
 * @delta: host TSC ticks from @now to the deadline
 *
 * Return: 0, or an error that leaves the vCPU as it was: the caller returns -ERANGE,
 *	and KVM uses an hrtimer.
 * Context: the vCPU's thread. Called with the hv timer on.
 * Source: docs/GUARANTEES.md, B3 and B11; KVM's vmx_set_hv_timer().
 */
static inline int hv_timer_set_deadline(struct vcpu_vmx *vmx, u64 now, u64 delta)
{
	return hv_timer_deadline(now, delta, hv_timer_rate, hv_timer_max_value,
				 &vmx->hv_deadline_tsc);
}

/*
 * A deadline that has just passed, or that is too far away because the TSC went
 * backwards. A function of its own, so that other entries do not get longer.
 */
static noinline __cold __maybe_unused void hv_timer_write_rare(struct vcpu_vmx *vmx, u64 now)
{
	hv_timer_write(vmx, HV_TIMER_ARM,
		       hv_timer_value(vmx->hv_deadline_tsc, now, hv_timer_rate,
				      hv_timer_max_value), now);
}

/**
 * hv_timer_enter() - write the timer value for a VM entry, if it must change
 * @vmx: the vCPU, its VMCS loaded
 * @force_exit: whether this entry is to exit before the first guest instruction
 *
 * Writes VMX_PREEMPTION_TIMER_VALUE of the loaded VMCS as B2 to B4 demand, and no
 * other field.
 *
 * Context: VM entry, interrupts and preemption disabled.
 * Source: KVM's vmx_update_hv_timer().
 */
static __always_inline void hv_timer_enter(struct vcpu_vmx *vmx, bool force_exit)
{
	u64 now, value;

	switch (hv_timer_entry_action(force_exit, vmx->hv_deadline_tsc,
				      &vmx->loaded_vmcs->hv_timer_soft_disabled)) {
	case HV_TIMER_KEEP:
		return;
	case HV_TIMER_ARM:
		hv_timer_event(deadline_entries);
		now = rdtsc();
		value = hv_timer_value_quick(vmx->hv_deadline_tsc, now, hv_timer_rate);
		if (unlikely(value > hv_timer_max_value))
			hv_timer_write_rare(vmx, now);
		else
			hv_timer_write(vmx, HV_TIMER_ARM, value, now);
		return;
	case HV_TIMER_FORCE_EXIT:
		hv_timer_event(forced_exits);
		vmx->loaded_vmcs->hv_timer_soft_disabled = false;
		if (trace_hv_timer_write_value_enabled())
			hv_timer_trace_forced(vmx);
		vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
		return;
	case HV_TIMER_SOFT_DISABLE:
		hv_timer_event(soft_disables);
		hv_timer_write(vmx, HV_TIMER_SOFT_DISABLE,
			       hv_timer_soft_disable_value(hv_timer_max_value), 0);
		return;
	}
}

/**
 * hv_timer_exit() - count a PREEMPTION_TIMER exit, and say whether it is spurious
 * @vmx: the vCPU, the VMCS that exited still loaded
 *
 * Return: true for a spurious exit: the caller enters the guest again and does
 *	nothing else.
 * Context: VM exit; with interrupts on if the kernel handles this exit so.
 * Source: KVM's handle_preemption_timer(), and since 5.8
 *	handle_fastpath_preemption_timer().
 */
static __always_inline bool hv_timer_exit(struct vcpu_vmx *vmx)
{
	hv_timer_event(timer_exits);
	if (likely(!hv_timer_exit_is_spurious(vmx->loaded_vmcs->hv_timer_soft_disabled)))
		return false;

	hv_timer_event(spurious_exits);
	if (trace_hv_timer_spurious_exit_enabled())
		hv_timer_trace_spurious(vmx);
	return true;
}

/**
 * hv_timer_pin_controls() - the pin-based controls of a vmcs02
 * @l0: what L0 uses, PIN_BASED_* bits
 * @l1: what L1 asks for in vmcs12, PIN_BASED_* bits
 *
 * Return: both. PIN_BASED_VMX_PREEMPTION_TIMER is set if the hv timer is on and @l0
 *	has it. L1's bit is ignored: its timer is emulated with an hrtimer.
 * Context: any.
 * Source: docs/GUARANTEES.md, B1 and B6; KVM's prepare_vmcs02().
 */
static __always_inline u32 hv_timer_pin_controls(u32 l0, u32 l1)
{
	if (!hv_timer_in_use())
		l0 &= ~PIN_BASED_VMX_PREEMPTION_TIMER;

	return l0 | (l1 & ~PIN_BASED_VMX_PREEMPTION_TIMER);
}

#ifdef HV_TIMER_PIN_SHADOW
/*
 * This kernel writes the pin-based controls even if they do not change. A semantic patch
 * has added a shadow of them to struct loaded_vmcs. 0 means "not known": no VMCS can hold
 * it, because some bits are reserved as 1 (SDM volume 3, appendix A.3.1).
 */

/**
 * hv_timer_vmcs_init() - initialise the flag and the shadow of a new VMCS
 * @vmcs: the VMCS that has just been made
 *
 * With the hv timer off the VMCS counts as soft-disabled: this kernel calls
 * hv_timer_enter() all the same, which then writes nothing.
 *
 * Context: process.
 * Source: KVM's alloc_loaded_vmcs().
 */
static __always_inline void hv_timer_vmcs_init(struct loaded_vmcs *vmcs)
{
	vmcs->hv_timer_soft_disabled = !hv_timer_in_use();
	vmcs->hv_timer_pin_controls = 0;
}

/**
 * hv_timer_pin_controls_get() - the pin-based controls of the loaded VMCS
 * @vmx: the vCPU
 *
 * Return: what was written last, PIN_BASED_* bits; 0 before the first write.
 * Context: preemption disabled.
 */
static __always_inline u32 hv_timer_pin_controls_get(struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs->hv_timer_pin_controls;
}

/**
 * hv_timer_pin_controls_write() - write the pin-based controls and their shadow
 * @vmx: the vCPU, its VMCS loaded
 * @val: the controls, PIN_BASED_* bits
 *
 * Context: preemption disabled.
 */
static __always_inline void hv_timer_pin_controls_write(struct vcpu_vmx *vmx, u32 val)
{
	vmx->loaded_vmcs->hv_timer_pin_controls = val;
	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, val);
}
#else
/* This kernel has its own shadow. */
#define hv_timer_pin_controls_get(vmx)		pin_controls_get(vmx)
#define hv_timer_pin_controls_write(vmx, val)	pin_controls_set(vmx, val)
#endif

/**
 * hv_timer_pin_controls_set() - set the pin-based controls of the loaded VMCS
 * @vmx: the vCPU, its VMCS loaded
 * @val: the controls, PIN_BASED_* bits
 *
 * Writes and counts a change only: a write makes the CPU repeat all consistency checks
 * at the next VM entry.
 *
 * Context: preemption disabled.
 * Source: KVM's pin_controls_set(), since 5.3.
 */
static __always_inline void hv_timer_pin_controls_set(struct vcpu_vmx *vmx, u32 val)
{
	u32 old = hv_timer_pin_controls_get(vmx);

	if (old == val)
		return;

	hv_timer_event(pin_control_writes);
	if (trace_hv_timer_write_pin_controls_enabled())
		hv_timer_trace_pin_controls(vmx, old, val);
	hv_timer_pin_controls_write(vmx, val);
}

/**
 * hv_timer_pin_controls_clearbit() - clear bits of the pin-based controls
 * @vmx: the vCPU, its VMCS loaded
 * @bits: what is to be 0, PIN_BASED_* bits
 *
 * Context: preemption disabled.
 * Source: KVM's pin_controls_clearbit(), since 5.3.
 */
static __always_inline void hv_timer_pin_controls_clearbit(struct vcpu_vmx *vmx, u32 bits)
{
	hv_timer_pin_controls_set(vmx, hv_timer_pin_controls_get(vmx) & ~bits);
}

#endif /* HV_TIMER_H */
