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

static void prepare_vmcs02_early(struct vcpu_vmx *vmx, struct vmcs12 *vmcs12)
{
	u32 ctrl;

	ctrl = vmcs12->pin_based_vm_exec_control;

	/* A comment in between. */
	ctrl |= vmcs_config.pin_based_exec_ctrl;
	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	vmx->loaded_vmcs->hv_timer_armed = false;

	if (!has_posted_interrupts(vmcs12))
		ctrl &= ~PIN_BASED_POSTED_INTR;
	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, ctrl);
}
