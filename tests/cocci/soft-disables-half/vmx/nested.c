// SPDX-License-Identifier: GPL-2.0-only
/* Not a kernel's: no more than what the semantic patches for this shape look at. */
#include "nested.h"

static bool read_allowed(unsigned long field)
{
	switch (field) {
	case VMX_PREEMPTION_TIMER_VALUE:
		return cpu_has_vmx_preemption_timer();
	}
	return true;
}

static void prepare_vmcs02_early(struct vcpu_vmx *vmx, struct loaded_vmcs *vmcs01,
				 struct vmcs12 *vmcs12)
{
	u32 ctrl;

	ctrl = __pin_controls_get(vmcs01);
	ctrl |= (vmcs12->pin_based_vm_exec_control &
		 ~PIN_BASED_VMX_PREEMPTION_TIMER);
	pin_controls_set(vmx, ctrl);
}

static bool nested_get_vmcs12_pages(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	if (!map(vcpu))
		pin_controls_clearbit(vmx, PIN_BASED_POSTED_INTR);
	return true;
}
