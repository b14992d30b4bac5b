/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VMCS, and VM entries by vmx/hv_timer.h itself, on the few parts of KVM that it needs.
 */
#ifndef HV_TIMER_MODEL_H
#define HV_TIMER_MODEL_H

#include <kunit/test.h>
#include <linux/types.h>

/* The suites that need this model; hv_timer_suites.c registers them. */
extern struct kunit_suite hv_timer_sequence_suite, hv_timer_random_suite;

/* The timer value of a new VMCS: any. */
#define GARBAGE		0xbadc0deU

/**
 * struct loaded_vmcs - what the unit keeps for a VMCS, and what the test counts
 * @hv_timer_soft_disabled: the unit's flag
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
 * @vmcs: the VMCS; its timer value becomes an arbitrary one, its flag is cleared
 */
void vmcs_init(struct loaded_vmcs *vmcs);

/**
 * vmcs_enter_capped() - one VM entry
 * @vmcs: the VMCS that is entered
 * @force_exit: whether the entry must exit at once
 * @deadline: host TSC at which the timer must fire; HV_TIMER_NO_DEADLINE for never
 * @now: host TSC
 * @rate: the timer's rate
 * @max: the highest value that the CPU gets right
 */
void vmcs_enter_capped(struct loaded_vmcs *vmcs, bool force_exit, u64 deadline, u64 now,
		       unsigned int rate, u32 max);

/**
 * exit_is_spurious() - handle a PREEMPTION_TIMER exit of a VMCS
 * @vmcs: the VMCS
 *
 * Return: true if the exit is ignored and the guest entered again.
 */
bool exit_is_spurious(struct loaded_vmcs *vmcs);

#endif /* HV_TIMER_MODEL_H */
