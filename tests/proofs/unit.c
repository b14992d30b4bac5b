// SPDX-License-Identifier: GPL-2.0-only
/*
 * The unit's own code at VM entry and exit, vmx/hv_timer.h as the module has it,
 * over the least of KVM that it needs: one vCPU with one of two VMCSs loaded.
 */
#include "kvm.h"
#include "proof.h"

static struct loaded_vmcs vmcs[2];
static struct vcpu_vmx vcpu;
static u64 tsc;

static u64 rdtsc(void)
{
	return tsc;
}

static void vmcs_write32(u32 field, u32 value)
{
	prove("the timer value alone is written", field == VMX_PREEMPTION_TIMER_VALUE);
	vcpu.loaded_vmcs->value = value;
	vcpu.loaded_vmcs->value_writes++;
}

static u32 pin_controls_get(struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs->pin_controls;
}

/* KVM's shadow of the controls: it writes on change. */
static void pin_controls_set(struct vcpu_vmx *vmx, u32 val)
{
	if (vmx->loaded_vmcs->pin_controls == val)
		return;

	vmx->loaded_vmcs->pin_controls = val;
	vmx->loaded_vmcs->pin_control_writes++;
}

#include "hv_timer.h"

struct hv_timer_stats hv_timer_stats;
unsigned int hv_timer_rate;
u64 hv_timer_max_value;
DEFINE_STATIC_KEY_FALSE(hv_timer_off);

/* With hv_timer_max_value. */
static struct loaded_vmcs any_vmcs(void)
{
	struct loaded_vmcs any;

	any.hv_timer_soft_disabled = nondet_bool();
	any.pin_controls = nondet_u32();
	any.value = nondet_u32();
	any.value_writes = 0;
	any.pin_control_writes = 0;
	assume(!any.hv_timer_soft_disabled || any.value == hv_timer_max_value);
	return any;
}

/* Any state that the invariant allows, nothing counted yet. */
static void any_state(void)
{
	hv_timer_max_value = nondet_u32();
	vmcs[0] = any_vmcs();
	vmcs[1] = any_vmcs();
	vcpu.loaded_vmcs = &vmcs[nondet_bool() ? 1 : 0];
	vcpu.hv_deadline_tsc = nondet_u64();
	hv_timer_rate = any_rate();
	tsc = nondet_u64();
	assume(tsc < 1ULL << 63);
	hv_timer_stats = (struct hv_timer_stats){ 0 };
}

static bool same(struct loaded_vmcs a, struct loaded_vmcs b)
{
	return a.hv_timer_soft_disabled == b.hv_timer_soft_disabled &&
		a.pin_controls == b.pin_controls && a.value == b.value &&
		a.value_writes == b.value_writes &&
		a.pin_control_writes == b.pin_control_writes;
}

/* Induction as in proof_entry_next(), with what is counted. */
void proof_unit_enter(void)
{
	struct loaded_vmcs *loaded, *other;
	struct loaded_vmcs before, other_before;
	bool force_exit = nondet_bool();
	bool armed, idle, spurious;

	any_state();
	loaded = vcpu.loaded_vmcs;
	other = loaded == &vmcs[0] ? &vmcs[1] : &vmcs[0];
	before = *loaded;
	other_before = *other;
	armed = !force_exit && vcpu.hv_deadline_tsc != ~0ULL;
	idle = !force_exit && !armed;

	hv_timer_enter(&vcpu, force_exit);

	prove("B2: the flag is set exactly when idle", loaded->hv_timer_soft_disabled == idle);
	prove("B2: written but for a soft-disabled VMCS that stays so",
	      loaded->value_writes == (idle && before.hv_timer_soft_disabled ? 0 : 1));
	if (force_exit) {
		prove("B4: 0", loaded->value == 0);
		reached("forced");
	} else if (armed) {
		prove("B3: the value of the deadline", loaded->value ==
		      hv_timer_value(vcpu.hv_deadline_tsc, tsc, hv_timer_rate,
				     hv_timer_max_value));
		reached("armed");
	} else {
		prove("B2: soft-disabled, the longest value",
		      loaded->value == hv_timer_max_value);
		if (loaded->value_writes)
			reached("soft-disabled");
		else
			reached("kept");
	}
	prove("B11: nothing above the highest value", loaded->value <= hv_timer_max_value);
	prove("B1: no pin controls", loaded->pin_controls == before.pin_controls &&
	      loaded->pin_control_writes == 0 && hv_timer_stats.pin_control_writes == 0);
	prove("the other VMCS is left alone", same(*other, other_before));
	prove("a forced exit is counted", hv_timer_stats.forced_exits == force_exit);
	prove("an armed entry is counted", hv_timer_stats.deadline_entries == armed);
	prove("a soft-disable is counted when it is written",
	      hv_timer_stats.soft_disables == (idle && loaded->value_writes));
	prove("an exit is not", hv_timer_stats.timer_exits + hv_timer_stats.spurious_exits == 0);

	before = *loaded;
	spurious = hv_timer_exit(&vcpu);

	prove("B5: spurious exactly when idle", spurious == idle);
	prove("an exit is counted", hv_timer_stats.timer_exits == 1);
	prove("a spurious exit is counted", hv_timer_stats.spurious_exits == idle);
	prove("an exit writes nothing", same(*loaded, before) && same(*other, other_before));
}

/* B3 and B11: a deadline that is taken is kept, now and later; the caller handles the others. */
void proof_unit_set_deadline(void)
{
	u64 now = nondet_u64();
	u64 delta = nondet_u64();
	struct loaded_vmcs before;
	u64 deadline_before;
	u128 fires;

	any_state();
	assume(tsc >= now);
	before = *vcpu.loaded_vmcs;
	deadline_before = vcpu.hv_deadline_tsc;

	if (hv_timer_set_deadline(&vcpu, now, delta)) {
		prove("refused: the deadline is left alone",
		      vcpu.hv_deadline_tsc == deadline_before);
		prove("refused: what the timer can't carry",
		      delta >> hv_timer_rate > hv_timer_max_value);
		reached("refused");
		return;
	}

	prove("the exact sum", vcpu.hv_deadline_tsc == (u128)now + delta);
	prove("no VMCS is written", same(*vcpu.loaded_vmcs, before));

	hv_timer_enter(&vcpu, false);

	fires = tsc + ((u128)vcpu.loaded_vmcs->value << hv_timer_rate);
	prove("B11: nothing above the highest value",
	      vcpu.loaded_vmcs->value <= hv_timer_max_value);
	if (tsc < vcpu.hv_deadline_tsc) {
		prove("B3: never late", fires <= vcpu.hv_deadline_tsc);
		prove("B3: never clamped",
		      fires + ((u128)1 << hv_timer_rate) > vcpu.hv_deadline_tsc);
		reached("before the deadline");
	} else {
		prove("B3: at once", vcpu.loaded_vmcs->value == 0);
		reached("after the deadline");
	}
}

/* B1: written on change, and each write is counted. */
void proof_unit_pin_controls(void)
{
	u32 val = nondet_u32();
	struct loaded_vmcs before;

	any_state();
	before = *vcpu.loaded_vmcs;

	hv_timer_pin_controls_set(&vcpu, val);

	prove("set", vcpu.loaded_vmcs->pin_controls == val);
	prove("written on change",
	      vcpu.loaded_vmcs->pin_control_writes == (before.pin_controls != val));
	prove("each write is counted",
	      hv_timer_stats.pin_control_writes == vcpu.loaded_vmcs->pin_control_writes);
	prove("the timer is left alone", vcpu.loaded_vmcs->value_writes == 0 &&
	      vcpu.loaded_vmcs->hv_timer_soft_disabled == before.hv_timer_soft_disabled);
	if (before.pin_controls == val)
		reached("no change");
	else
		reached("a change");
}

/* B1 and B6: the timer bit is L0's alone; every other bit is the OR of both. */
void proof_unit_nested_controls(void)
{
	const u32 timer = 0x40;
	u32 l0 = nondet_u32();
	u32 l1 = nondet_u32();
	u32 both;

	hv_timer_off.enabled = nondet_bool();
	both = hv_timer_pin_controls(l0, l1);

	prove("the bit is there when the timer is on and L0 has it",
	      !(both & timer) == !(!hv_timer_off.enabled && (l0 & timer)));
	prove("all else is taken from either", (both | timer) == (l0 | l1 | timer));
	if (both & timer)
		reached("on");
	else if (l1 & timer)
		reached("off, and L1 wants it");
}
