/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least of KVM that vmx/hv_timer.h needs, for the proofs and for tests/fuzz. With
 * HV_TIMER_PIN_SHADOW, of a KVM that has no shadow of the pin-based controls.
 */
#ifndef KVM_H
#define KVM_H

#include <linux/types.h>
#include <asm/vmx.h>

struct loaded_vmcs {
	bool hv_timer_soft_disabled;
#ifdef HV_TIMER_PIN_SHADOW
	u32 hv_timer_pin_controls;
#else
	u32 pin_controls;
	/* What the CPU holds. */
	u32 value;
	u32 value_writes;
	u32 pin_control_writes;
#endif
};

struct vcpu_vmx {
	struct {
		int vcpu_id;
	} vcpu;
	struct loaded_vmcs vmcs01;
	struct loaded_vmcs *loaded_vmcs;
	u64 hv_deadline_tsc;
};

#undef __always_inline
#define __always_inline		inline
#define likely(condition)	(condition)
#define unlikely(condition)	(condition)
#define noinline
#define __cold
#define __maybe_unused

#endif
