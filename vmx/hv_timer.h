/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unit's part in kvm-intel.ko: a VMX preemption timer that is never
 * switched off in the pin-based controls.
 *
 * The semantic patches below vmx/cocci put this file where KVM's vCPU and the
 * functions that write a VMCS are known, and make the kernel's own code call it at
 * the hooks. What is decided is decided by the pure functions of hv_timer_value.h;
 * here it is carried out.
 *
 * On the way into and out of the guest there is no call, no lock and no shared
 * cache line: the functions are inline and the counters are per CPU and move
 * on events only.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <asm/vmx.h>

#include "hv_timer_setup.h"
#include "hv_timer_trace.h"
#include "hv_timer_value.h"

/*
 * The trace events, out of the way: while one is off there is one no-op, and neither a
 * register nor the stack is got ready for it.
 */
static __always_inline bool hv_timer_vmcs02_is_loaded(const struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs != &vmx->vmcs01;
}

/* It gives @value back, in the register that it came in with: the caller keeps nothing. */
static noinline __cold __maybe_unused unsigned long
hv_timer_trace_write(struct vcpu_vmx *vmx, unsigned long value, enum hv_timer_action action,
		     u64 now)
{
	u64 deadline = action == HV_TIMER_ARM ? vmx->hv_deadline_tsc : 0;

	trace_hv_timer_write_value(vmx->vcpu.vcpu_id, hv_timer_vmcs02_is_loaded(vmx), action,
				   value, deadline, now);
	return value;
}

/* 0 is a constant, and not a register that is to be given back. */
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
 * @action: what is done, anything but HV_TIMER_KEEP
 * @value: the value, in timer ticks
 * @now: host TSC, in TSC ticks; 0 where there is no deadline
 *
 * @action is a constant where it is called, so that the flag is one too.
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
 * hv_timer_set_deadline() - take a deadline, if the timer can carry it
 * @vmx: the vCPU
 * @now: host TSC, in TSC ticks
 * @delta: host TSC ticks from @now to the deadline
 *
 * Return: 0; or not 0, the vCPU left as it was: the caller answers -ERANGE, and
 *	KVM uses an hrtimer.
 * Context: the vCPU's thread. Called with the hv timer on.
 * Source: docs/GUARANTEES.md, B3 and B11; KVM's vmx_set_hv_timer().
 */
static inline int hv_timer_set_deadline(struct vcpu_vmx *vmx, u64 now, u64 delta)
{
	return hv_timer_deadline(now, delta, hv_timer_rate, hv_timer_max_value,
				 &vmx->hv_deadline_tsc);
}

/*
 * A deadline that has passed on the way here, or is out of reach since the TSC went
 * backwards. Out of the way, or each entry with a deadline would be longer.
 */
static noinline __cold __maybe_unused void hv_timer_write_rare(struct vcpu_vmx *vmx, u64 now)
{
	hv_timer_write(vmx, HV_TIMER_ARM,
		       hv_timer_value(vmx->hv_deadline_tsc, now, hv_timer_rate,
				      hv_timer_max_value), now);
}

/**
 * hv_timer_enter() - bring the timer value up to date for a VM entry
 * @vmx: the vCPU, its VMCS loaded
 * @force_exit: whether this entry is to exit before the first guest instruction
 *
 * Writes VMX_PREEMPTION_TIMER_VALUE of the loaded VMCS where B2 to B4 ask for
 * it, and nothing else of the VMCS.
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
 * hv_timer_exit() - count a PREEMPTION_TIMER exit and tell whether it means nothing
 * @vmx: the vCPU, the VMCS that exited still loaded
 *
 * Return: true for a spurious exit; the caller re-enters the guest, having
 *	done nothing.
 * Context: VM exit; any, where the kernel handles this exit with interrupts on.
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
 * hv_timer_pin_controls() - make the pin-based controls of L0's and of L1's
 * @l0: what L0 uses, PIN_BASED_* bits
 * @l1: what L1 asks for in vmcs12, PIN_BASED_* bits; 0 where there is no L1
 *
 * Return: both, with PIN_BASED_VMX_PREEMPTION_TIMER when the hv timer is on and
 *	@l0 has it, whatever L1 asks for: its timer is emulated with an hrtimer.
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
 * This kernel writes the pin-based controls whether they change or not: a semantic
 * patch has put a shadow of them into struct loaded_vmcs. 0 is what no VMCS can
 * hold, for some of the bits are reserved as 1 (SDM volume 3, appendix A.3.1).
 */

/**
 * hv_timer_vmcs_init() - begin with a VMCS of which nothing is known
 * @vmcs: the VMCS that has just been made
 *
 * With the hv timer off it counts as soft-disabled, so that hv_timer_enter(), which this
 * kernel calls in any case, writes nothing: then there is no deadline and no forced exit.
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
/* This kernel has a shadow of its own: the same two functions by KVM's. */
#define hv_timer_pin_controls_get(vmx)		pin_controls_get(vmx)
#define hv_timer_pin_controls_write(vmx, val)	pin_controls_set(vmx, val)
#endif

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

#endif /* HV_TIMER_H */
