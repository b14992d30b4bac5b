// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel that toggles writes into the pin controls, as KVM's trace events tell it.
 *
 * KVM records no event for an ordinary VM entry, so entries are inferred. A guest that writes a
 * deadline has exited for that, and so was entered before. The same holds when the timer is taken
 * out of use, and at an exit by the timer. At those entries such a kernel sets or clears the
 * control.
 */
#include "estimate.h"

/* Exit reason of an interrupt: what L1 gets for a timer of its own, or a forced exit. */
#define EXTERNAL_INTERRUPT	1

static void writes(struct vcpu *vcpu)
{
	vcpu->toll.writes++;
	vcpu->dirty[vcpu->nested] = true;
}

/* There was an entry of the VMCS that is loaded, with or without something to wait for. */
static void entered(struct vcpu *vcpu, enum shape shape, bool waiting)
{
	if (shape == TOGGLES && vcpu->armed[vcpu->nested] != waiting) {
		vcpu->armed[vcpu->nested] = waiting;
		writes(vcpu);
	}
	vcpu->toll.dirtied += vcpu->dirty[vcpu->nested];
	vcpu->dirty[vcpu->nested] = false;
}

/* The deadline that is held back is in use from here on. */
static void release(struct vcpu *vcpu, enum shape shape)
{
	if (!vcpu->held)
		return;
	vcpu->held = false;
	vcpu->in_use = true;
	vcpu->toll.in_use++;
	if (shape == TOGGLES_EARLY)
		writes(vcpu);
}

/* cancel_hv_timer() */
static void cancelled(struct vcpu *vcpu, enum shape shape)
{
	vcpu->in_use = false;
	if (shape == TOGGLES_EARLY)
		writes(vcpu);
}

static void deadline_written(struct vcpu *vcpu, enum shape shape, uint64_t deadline, bool settled)
{
	if (vcpu->held) {
		entered(vcpu, shape, vcpu->in_use);
		release(vcpu, shape);
	} else if (!settled) {
		entered(vcpu, shape, vcpu->in_use);
		/* Nothing was said of it: it had passed when it was set, or calls the timer off. */
		if (shape == TOGGLES_EARLY) {
			vcpu->toll.called_off += vcpu->in_use && !deadline;
			writes(vcpu);
			cancelled(vcpu, shape);
		}
	}
	vcpu->deadline = deadline;
}

/**
 * toggling_happens() - take one more happening into account
 * @vcpu: the vCPU that it is of
 * @shape: how the kernel toggles
 * @what: what happened
 */
void toggling_happens(struct vcpu *vcpu, enum shape shape, const struct happening *what)
{
	bool exited = vcpu->exited, settled = vcpu->settled;

	vcpu->exited = false;
	vcpu->settled = false;
	if (what->kind == DEADLINE) {
		deadline_written(vcpu, shape, what->value, settled);
		return;
	}
	release(vcpu, shape);
	switch (what->kind) {
	case IN_USE:
		vcpu->held = true;
		break;
	case NOT_IN_USE:
		if (vcpu->in_use) {
			entered(vcpu, shape, true);
			cancelled(vcpu, shape);
			vcpu->toll.called_off++;
		}
		vcpu->settled = true;
		break;
	case TIMER_EXIT:
		entered(vcpu, shape, true);
		vcpu->exited = true;
		if (!vcpu->in_use) {
			vcpu->toll.forced++;
			break;
		}
		cancelled(vcpu, shape);
		vcpu->toll.taken++;
		break;
	case NESTED_ENTRY:
		entered(vcpu, shape, vcpu->in_use);
		vcpu->nested = true;
		/* prepare_vmcs02() */
		vcpu->armed[1] = false;
		writes(vcpu);
		vcpu->toll.nested++;
		break;
	case NESTED_EXIT:
		/* The interrupt of a timer's exit is handed on without an entry between. */
		if (!exited || what->value != EXTERNAL_INTERRUPT)
			entered(vcpu, shape, vcpu->in_use);
		vcpu->nested = false;
		if (shape == TOGGLES_EARLY)
			writes(vcpu);
		break;
	case COUNT:
		entered(vcpu, shape, vcpu->in_use);
		break;
	default:
		break;
	}
}

/**
 * toggling_adds() - add one toll to another
 * @to: what is added to
 * @from: what is added
 */
void toggling_adds(struct toll *to, const struct toll *from)
{
	to->in_use += from->in_use;
	to->called_off += from->called_off;
	to->taken += from->taken;
	to->forced += from->forced;
	to->nested += from->nested;
	to->far += from->far;
	to->writes += from->writes;
	to->dirtied += from->dirtied;
}
