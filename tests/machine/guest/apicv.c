// SPDX-License-Identifier: GPL-2.0-only
/* See apicv.h. */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "apicv.h"

#define MSR_HV_SINT0	0x40000090
#define SINT_MASKED	(1 << 16)
#define SINT_AUTO_EOI	(1 << 17)
#define SINT_VECTOR	0x50

static struct vcpu inhibitor;
static pthread_t thread;
static unsigned int interval;
static uint64_t changes;
static bool at_end;

static void *change(void *unused)
{
	struct {
		struct kvm_msrs header;
		struct kvm_msr_entry entry;
	} sint = { .header.nmsrs = 1, .entry.index = MSR_HV_SINT0 };

	(void)unused;
	while (!__atomic_load_n(&at_end, __ATOMIC_RELAXED)) {
		usleep(interval);
		sint.entry.data = ++changes & 1 ? SINT_AUTO_EOI | SINT_VECTOR : SINT_MASKED;
		if (REQUEST(inhibitor.fd, KVM_SET_MSRS, &sint) != 1)
			die("KVM refuses to set an MSR of the SynIC (-a)");
	}
	return NULL;
}

void apicv_start(struct machine *m, unsigned int microseconds)
{
	struct kvm_enable_cap synic = { .cap = KVM_CAP_HYPERV_SYNIC };
	sigset_t alarm;

	interval = microseconds;
	vcpu_create(m, &inhibitor, 1);
	REQUEST(inhibitor.fd, KVM_ENABLE_CAP, &synic);
	/* SIGALRM must go to the thread that runs the vCPU. */
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	if (pthread_create(&thread, NULL, change, NULL))
		die("cannot start a thread");
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
}

uint64_t apicv_stop(void)
{
	__atomic_store_n(&at_end, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	return changes;
}
