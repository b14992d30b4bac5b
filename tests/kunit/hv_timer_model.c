// SPDX-License-Identifier: GPL-2.0-only
/* VM entries for the suites, see hv_timer_model.h. */
#include <linux/irqflags.h>
#include <linux/percpu.h>

#include "hv_timer_model.h"
#include "hv_timer_vmx.h"

struct vcpu_vmx {
	struct {
		int vcpu_id;
	} vcpu;
	struct loaded_vmcs vmcs01;
	struct loaded_vmcs *loaded_vmcs;
	u64 hv_deadline_tsc;
};

static struct vcpu_vmx vmx;
static u64 tsc;

static u64 test_rdtsc(void)
{
	return tsc;
}

/* UML has a rdtsc() in some kernels. */
#undef rdtsc
#define rdtsc	test_rdtsc

static void vmcs_write32(unsigned long field, u32 value)
{
	/* Writes of other fields count as well, so that a case sees them. */
	vmx.loaded_vmcs->writes++;
	if (field == VMX_PREEMPTION_TIMER_VALUE)
		vmx.loaded_vmcs->value = value;
}

/* Not the module's, which uses %gs. */
#define hv_timer_event(field)	this_cpu_inc(hv_timer_stats.field)
/* The unit's own shadow needs none of KVM's functions. */
#define HV_TIMER_PIN_SHADOW	1
#include "hv_timer.h"

DEFINE_PER_CPU(struct hv_timer_stats, hv_timer_stats);
DEFINE_STATIC_KEY_FALSE(hv_timer_off);
unsigned int hv_timer_rate;
u64 hv_timer_max_value;

void vmcs_init(struct loaded_vmcs *vmcs)
{
	vmcs->value = GARBAGE;
	hv_timer_vmcs_init(vmcs);
}

void vmcs_enter_capped(struct loaded_vmcs *vmcs, bool force_exit, u64 deadline, u64 now,
		       unsigned int rate, u32 max)
{
	vmx.loaded_vmcs = vmcs;
	vmx.hv_deadline_tsc = deadline;
	tsc = now;
	hv_timer_rate = rate;
	hv_timer_max_value = max;
	hv_timer_enter(&vmx, force_exit);
}

bool exit_is_spurious(struct loaded_vmcs *vmcs)
{
	vmx.loaded_vmcs = vmcs;

	return hv_timer_exit(&vmx);
}
