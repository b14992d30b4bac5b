// SPDX-License-Identifier: GPL-2.0-only
/*
 * Derives from KVM's trace events what a kernel that toggles writes into the pin controls.
 *
 * KVM records no event for an ordinary VM entry, so entries are inferred. A guest that writes a
 * deadline has exited for that, and so was entered before. The same holds when the timer is taken
 * out of use, and at an exit by the timer. At those entries such a kernel sets or clears the
 * control.
 */
#include "estimate.h"

/* The exit reason that L1 gets for a timer of its own, or for a forced exit. */
#define EXTERNAL_INTERRUPT	1

static void writes(struct vcpu *vcpu)
{
	vcpu->toll.writes++;
	vcpu->dirty[vcpu->nested] = true;
}

/* There was a VM entry with the loaded VMCS. @waiting: with a deadline in the hv timer. */
static void entered(struct vcpu *vcpu, enum shape shape, bool waiting)
{
	if (shape == TOGGLES && vcpu->armed[vcpu->nested] != waiting) {
		vcpu->armed[vcpu->nested] = waiting;
		writes(vcpu);
	}
	vcpu->toll.dirtied += vcpu->dirty[vcpu->nested];
	vcpu->dirty[vcpu->nested] = false;
}

/* The deadline of an IN_USE that was held back is in use from here on. */
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

/* What KVM's cancel_hv_timer() does. */
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
		/* There was no IN_USE: the deadline had passed when it was set, or is 0. */
		if (shape == TOGGLES_EARLY) {
			vcpu->toll.called_off += vcpu->in_use && !deadline;
			writes(vcpu);
			cancelled(vcpu, shape);
		}
	}
	vcpu->deadline = deadline;
}

/**
 * toggling_happens() - count one event
 * @vcpu: its vCPU
 * @shape: how the kernel toggles
 * @what: the event
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
		/* KVM's prepare_vmcs02() clears the control. */
		vcpu->armed[1] = false;
		writes(vcpu);
		vcpu->toll.nested++;
		break;
	case NESTED_EXIT:
		/* A timer exit is handed on as an interrupt without a VM entry between them. */
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
 * @to: the sum
 * @from: what is added to it
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
