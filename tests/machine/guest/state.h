/* SPDX-License-Identifier: GPL-2.0-only */
/* A vCPU's state, saved and restored as for a live migration. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>

#include "machine.h"

#define STATE_MSRS	4

/* The parts of a vCPU's state that the payload uses. */
struct state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	struct kvm_lapic_state lapic;
	struct kvm_vcpu_events events;
	struct kvm_mp_state mp;
	struct kvm_msr_entry msrs[STATE_MSRS];
	bool nested_known;	/* this KVM can save @nested */
	union {
		struct kvm_nested_state head;
		char room[3 * 4096];
	} nested;
};

/* Saves the state. Returns whether a timer is running. */
bool state_save(struct machine *m, struct vcpu *v, struct state *s);

/* Restores the state into a new vCPU. Returns whether a timer is running and not due yet. */
bool state_restore(struct vcpu *v, struct state *s);

void state_set_tsc(struct vcpu *v, uint64_t tsc);

#endif
