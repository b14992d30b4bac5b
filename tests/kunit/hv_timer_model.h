/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VMCS, and VM entries that are vmx/hv_timer.h's own, over the least of KVM that it
 * needs.
 */
#ifndef HV_TIMER_MODEL_H
#define HV_TIMER_MODEL_H

#include <linux/types.h>

/* What a new VMCS holds by chance. */
#define GARBAGE		0xbadc0deU

/**
 * struct loaded_vmcs - what the unit knows of a VMCS, and what the test counts
 * @hv_timer_soft_disabled: the flag that is kept beside the VMCS
 * @hv_timer_pin_controls: the unit's shadow of the pin-based controls
 * @value: the timer value field
 * @writes: how often @value was written
 */
struct loaded_vmcs {
	bool hv_timer_soft_disabled;
	u32 hv_timer_pin_controls;
	u32 value;
	unsigned int writes;
};

/**
 * vmcs_init() - (re)initialise a VMCS
 * @vmcs: the VMCS: its field holds anything then, its flag is reset
 */
void vmcs_init(struct loaded_vmcs *vmcs);

/**
 * vmcs_enter_capped() - one VM entry
 * @vmcs: the VMCS that is entered
 * @force_exit: whether it is to exit at once
 * @deadline: host TSC at which the timer is to fire; HV_TIMER_NO_DEADLINE for never
 * @now: host TSC
 * @rate: the timer's rate
 * @max: the highest value there is
 */
void vmcs_enter_capped(struct loaded_vmcs *vmcs, bool force_exit, u64 deadline, u64 now,
		       unsigned int rate, u32 max);

/**
 * exit_is_spurious() - a PREEMPTION_TIMER exit of a VMCS
 * @vmcs: the VMCS
 *
 * Return: whether the guest is entered as if nothing had been.
 */
bool exit_is_spurious(struct loaded_vmcs *vmcs);

#endif /* HV_TIMER_MODEL_H */
