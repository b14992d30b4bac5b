// SPDX-License-Identifier: GPL-2.0-only
/*
 * The unit's own shadow of the pin-based controls, for kernels that have none:
 * vmx/hv_timer.h as their modules have it, over the least of KVM that it needs.
 */
#define HV_TIMER_PIN_SHADOW

#include "kvm.h"
#include "proof.h"

static struct loaded_vmcs vmcs;
static struct vcpu_vmx vcpu;

/* What the CPU holds. */
static u32 pin_controls, writes;

static u64 rdtsc(void)
{
	return nondet_u64();
}

static void vmcs_write32(u32 field, u32 value)
{
	prove("the pin controls alone are written", field == PIN_BASED_VM_EXEC_CONTROL);
	pin_controls = value;
	writes++;
}

#include "hv_timer.h"

struct hv_timer_stats hv_timer_stats;
unsigned int hv_timer_rate;
u64 hv_timer_max_value;
DEFINE_STATIC_KEY_FALSE(hv_timer_off);

/*
 * B1, by induction over writes: what begins empty holds what the CPU holds after
 * the first write, and nothing reaches the CPU that changes nothing. What is
 * written is never 0, for some of the bits are reserved as 1.
 */
void proof_shadow_pin_controls(void)
{
	u32 val = nondet_u32();
	bool known = nondet_bool();
	u32 before;

	assume(val);
	vcpu.loaded_vmcs = &vmcs;
	vmcs.hv_timer_soft_disabled = nondet_bool();
	vmcs.hv_timer_pin_controls = nondet_u32();
	pin_controls = nondet_u32();
	if (known) {
		assume(pin_controls && vmcs.hv_timer_pin_controls == pin_controls);
	} else {
		hv_timer_vmcs_init(&vmcs);
		prove("B2: a new VMCS is not soft-disabled", !vmcs.hv_timer_soft_disabled);
	}
	before = pin_controls;

	hv_timer_pin_controls_set(&vcpu, val);

	prove("the CPU holds it", pin_controls == val);
	prove("the shadow knows it", hv_timer_pin_controls_get(&vcpu) == val);
	prove("written on change, and when nothing is known",
	      writes == (known && before == val ? 0 : 1));
	prove("each write is counted", hv_timer_stats.pin_control_writes == writes);
	if (!known)
		reached("the first write");
	else if (writes)
		reached("a change");
	else
		reached("no change");
}
