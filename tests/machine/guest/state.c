// SPDX-License-Identifier: GPL-2.0-only
/* Saves and restores a vCPU's state, see state.h. */
#include "state.h"

#include <string.h>
#include <sys/ioctl.h>

#define MSR_TSC			0x10
#define MSR_FEATURE_CONTROL	0x3a
#define MSR_TSC_ADJUST		0x3b
#define MSR_TSC_DEADLINE	0x6e0

/* The deadline is the last one, because setting other state may arm the timer anew. */
static const unsigned int saved_msrs[STATE_MSRS] = {
	MSR_FEATURE_CONTROL, MSR_TSC_ADJUST, MSR_TSC, MSR_TSC_DEADLINE,
};

#define DEADLINE	(STATE_MSRS - 1)

struct msrs {
	struct kvm_msrs head;
	struct kvm_msr_entry entry[STATE_MSRS];
};

/* Reads the MSRs that the entries name. */
static void get_msrs(int fd, struct kvm_msr_entry *entry, unsigned int n)
{
	struct msrs some = { .head.nmsrs = n };

	memcpy(some.entry, entry, n * sizeof(*entry));
	if (REQUEST(fd, KVM_GET_MSRS, &some) != (int)n)
		die("KVM_GET_MSRS: KVM has read only some of the MSRs");
	memcpy(entry, some.entry, n * sizeof(*entry));
}

static void set_msrs(int fd, const struct kvm_msr_entry *entry, unsigned int n)
{
	struct msrs some = { .head.nmsrs = n };

	memcpy(some.entry, entry, n * sizeof(*entry));
	if (REQUEST(fd, KVM_SET_MSRS, &some) != (int)n)
		die("KVM_SET_MSRS: KVM has written only some of the MSRs");
}

void state_set_tsc(struct vcpu *v, uint64_t tsc)
{
	struct kvm_msr_entry entry = { .index = MSR_TSC, .data = tsc };

	set_msrs(v->fd, &entry, 1);
}

bool state_save(struct machine *m, struct vcpu *v, struct state *s)
{
	unsigned int i;
	int fd = v->fd;

	memset(s, 0, sizeof(*s));
	REQUEST(fd, KVM_GET_MP_STATE, &s->mp);
	REQUEST(fd, KVM_GET_REGS, &s->regs);
	REQUEST(fd, KVM_GET_SREGS, &s->sregs);
	REQUEST(fd, KVM_GET_LAPIC, &s->lapic);
	REQUEST(fd, KVM_GET_VCPU_EVENTS, &s->events);
	s->nested.head.size = sizeof(s->nested);
	s->nested_known = ioctl(m->vm, KVM_CHECK_EXTENSION, KVM_CAP_NESTED_STATE) > 0;
	if (s->nested_known)
		REQUEST(fd, KVM_GET_NESTED_STATE, &s->nested);
	for (i = 0; i < STATE_MSRS; i++)
		s->msrs[i].index = saved_msrs[i];
	get_msrs(fd, s->msrs, STATE_MSRS);
	return s->msrs[DEADLINE].data;
}

bool state_restore(struct vcpu *v, struct state *s)
{
	struct kvm_msr_entry tsc = { .index = MSR_TSC };
	int fd = v->fd;

	REQUEST(fd, KVM_SET_SREGS, &s->sregs);
	set_msrs(fd, s->msrs, DEADLINE);
	if (s->nested_known)
		REQUEST(fd, KVM_SET_NESTED_STATE, &s->nested);
	REQUEST(fd, KVM_SET_REGS, &s->regs);
	REQUEST(fd, KVM_SET_LAPIC, &s->lapic);
	REQUEST(fd, KVM_SET_VCPU_EVENTS, &s->events);
	REQUEST(fd, KVM_SET_MP_STATE, &s->mp);
	set_msrs(fd, &s->msrs[DEADLINE], 1);
	get_msrs(fd, &tsc, 1);
	return s->msrs[DEADLINE].data > tsc.data;
}
