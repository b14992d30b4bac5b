// SPDX-License-Identifier: GPL-2.0-only
/* The steps of a vCPU: the module's own unit, and the model that it is compared with. */
#include <string.h>

#include "fuzz.h"

/* vmcs01 and two nested ones. */
static struct loaded_vmcs nested[2];
static struct vcpu_vmx vcpu;
static u64 tsc;

static u64 rdtsc(void)
{
	return tsc;
}

static void vmcs_write32(u32 field, u32 value)
{
	if (field != VMX_PREEMPTION_TIMER_VALUE)
		wrong("another field than the timer value is written");
	vcpu.loaded_vmcs->value = value;
	vcpu.loaded_vmcs->value_writes++;
}

static u32 pin_controls_get(struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs->pin_controls;
}

static void pin_controls_set(struct vcpu_vmx *vmx, u32 val)
{
	vmx->loaded_vmcs->pin_controls = val;
	vmx->loaded_vmcs->pin_control_writes++;
}

#include "hv_timer.h"

struct hv_timer_stats hv_timer_stats;
unsigned int hv_timer_rate;
u64 hv_timer_max_value;
DEFINE_STATIC_KEY_FALSE(hv_timer_off);

/* The state that the guarantees demand. */
static struct {
	struct {
		bool idle;	/* its last entry had neither a deadline nor a forced exit */
		u32 pin_controls;
	} vmcs[3];
	struct hv_timer_stats stats;
} model;

void both_controls(void)
{
	u32 l0 = any64(), l1 = any64(), timer = 0x40, controls = hv_timer_pin_controls(l0, l1);

	tell("both: l0 %#x l1 %#x off %d: %#x", l0, l1, hv_timer_off.enabled, controls);
	expect((controls & ~timer) == ((l0 | l1) & ~timer), "a pin control is lost or made up");
	expect(!(controls & timer) == !(!hv_timer_off.enabled && l0 & timer),
	       "the timer bit of vmcs02");
}

static int loaded(void)
{
	return vcpu.loaded_vmcs == &vcpu.vmcs01 ? 0 : 1 + (vcpu.loaded_vmcs - nested);
}

static struct loaded_vmcs *vmcs(int i)
{
	return i ? &nested[i - 1] : &vcpu.vmcs01;
}

/* As KVM makes one: the flag is cleared, the CPU's fields hold any value. */
static void init_vmcs(int i)
{
	tell("vmcs %d is made anew", i);
	*vmcs(i) = (struct loaded_vmcs){ .value = any64(), .pin_controls = any64() };
	model.vmcs[i].idle = false;
	model.vmcs[i].pin_controls = vmcs(i)->pin_controls;
}

static void load(int i)
{
	tell("vmcs %d is loaded", i);
	vcpu.loaded_vmcs = vmcs(i);
}

void set_deadline(void)
{
	u64 now = tsc, delta = number_near(0), before = vcpu.hv_deadline_tsc;
	int r = 1;

	/* KVM stores the deadline that the unit accepts. Other code may store any, or none. */
	if (below(2)) {
		r = hv_timer_set_deadline(&vcpu, now, delta);
		if (r)
			expect(vcpu.hv_deadline_tsc == before, "a refused deadline is left alone");
		else
			expect(delta >> hv_timer_rate <= hv_timer_max_value &&
			       vcpu.hv_deadline_tsc == now + delta, "hv_timer_set_deadline()");
	}
	if (r)
		vcpu.hv_deadline_tsc = below(3) ? number_near(tsc) : ~0ULL;
	tell("the deadline is %#llx", vcpu.hv_deadline_tsc);
}

void pass_time(void)
{
	tsc = below(8) ? tsc + below(1ULL << (1 + below(36))) : number_near(vcpu.hv_deadline_tsc);
	tsc &= LATEST;
	tell("it is %#llx", tsc);
}

void set_pin_controls(void)
{
	int i = loaded();
	u32 val = below(2) ? model.vmcs[i].pin_controls : any64();
	u32 writes = vmcs(i)->pin_control_writes;
	bool change = val != model.vmcs[i].pin_controls;

	tell("vmcs %d gets the pin controls %#x", i, val);
	hv_timer_pin_controls_set(&vcpu, val);
	model.vmcs[i].pin_controls = val;
	model.stats.pin_control_writes += change;
	expect(vmcs(i)->pin_controls == val, "B1: the pin controls are set");
	expect(vmcs(i)->pin_control_writes == writes + change, "B1: they are written on change");
}

void enter(void)
{
	bool force = !below(4), armed = vcpu.hv_deadline_tsc != ~0ULL && !force;
	bool idle = !force && !armed;
	int i = loaded();
	u32 writes = vmcs(i)->value_writes, value;

	hv_timer_enter(&vcpu, force);
	value = vmcs(i)->value;
	writes = vmcs(i)->value_writes - writes;
	tell("vmcs %d is entered%s: %u writes, value %#x", i, force ? ", to exit at once" : "",
	     writes, value);
	expect(value <= hv_timer_max_value, "B11: nothing above the highest value");
	if (idle) {
		expect(value == hv_timer_max_value, "B2: idle, the longest value");
		expect(writes == !model.vmcs[i].idle, "B2: written once and then left alone");
	} else if (force) {
		expect(value == 0, "B4: a forced exit");
		expect(writes == 1, "B4: written");
	} else if (vcpu.hv_deadline_tsc <= tsc) {
		expect(value == 0, "B3: a deadline that has passed");
		expect(writes == 1, "B3: written");
	} else {
		u128 fires = (u128)tsc + ((u128)value << hv_timer_rate);
		u128 next = fires + ((u128)1 << hv_timer_rate);

		expect(writes == 1, "B3: written");
		expect(fires <= vcpu.hv_deadline_tsc, "B3: never later than the deadline");
		expect(next > vcpu.hv_deadline_tsc || value == hv_timer_max_value,
		       "B3: not earlier than it has to");
	}
	model.vmcs[i].idle = idle;
	model.stats.deadline_entries += armed;
	model.stats.forced_exits += force;
	model.stats.soft_disables += idle && writes;

	if (below(2)) {
		bool spurious = hv_timer_exit(&vcpu);

		tell("the timer exits: %s", spurious ? "spurious" : "real");
		expect(spurious == idle, "B5: spurious exactly when idle");
		model.stats.timer_exits++;
		model.stats.spurious_exits += idle;
	}
}

void make_vmcs(void)
{
	init_vmcs(below(3));
}

void load_vmcs(void)
{
	load(below(3));
}

void vcpu_begin(void)
{
	memset(&hv_timer_stats, 0, sizeof(hv_timer_stats));
	memset(&model, 0, sizeof(model));
	hv_timer_rate = below(3) ? below(32) : 5;
	/* Half of the CPUs have no erratum. */
	hv_timer_max_value = below(2) ? ALL_BITS : odd_number() & ALL_BITS;
	hv_timer_off.enabled = !below(4);
	tsc = odd_number() & LATEST;
	vcpu.hv_deadline_tsc = ~0ULL;
	init_vmcs(0);
	init_vmcs(1);
	init_vmcs(2);
	load(0);
}

void expect_counters(void)
{
	expect(!memcmp(&hv_timer_stats, &model.stats, sizeof(model.stats)), "a counter is wrong");
}
