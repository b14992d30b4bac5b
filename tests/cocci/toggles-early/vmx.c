// SPDX-License-Identifier: GPL-2.0-only
/* Not a kernel's: no more than what the semantic patches for this shape look at. */
#include "mmu.h"
#include "x86.h"

static int cpu_preemption_timer_multi;
static bool enable_preemption_timer = 1;

struct loaded_vmcs {
	bool launched;
	int cpu;
};

/* Names of fields that are no writes of them. */
static const unsigned short vmcs12_fields[] = {
	FIELD(PIN_BASED_VM_EXEC_CONTROL, pin_based_vm_exec_control),
	FIELD(VMX_PREEMPTION_TIMER_VALUE, vmx_preemption_timer_value),
};

static inline bool nested_cpu_has_preemption_timer(struct vmcs12 *vmcs12)
{
	return vmcs12->pin_based_vm_exec_control & PIN_BASED_VMX_PREEMPTION_TIMER;
}

static void vmcs_set_bits(unsigned long field, u32 mask)
{
	write_vmcs(field, read_vmcs(field) | mask);
}

static inline void vm_entry_controls_reset_shadow(struct vcpu_vmx *vmx)
{
	vmx->vm_entry_controls_shadow = vmcs_read32(VM_ENTRY_CONTROLS);
}

static int setup_vmcs_config(struct vmcs_config *conf)
{
	u32 pin_based_exec_control = allowed();

	if (cpu_has_broken_vmx_preemption_timer())
		pin_based_exec_control &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	conf->pin_based_exec_ctrl = pin_based_exec_control;
	return 0;
}

static int alloc_loaded_vmcs(struct loaded_vmcs *vmcs)
{
	vmcs->vmcs = get_page();
	if (!vmcs->vmcs)
		return -ENOMEM;

	loaded_vmcs_init(vmcs);
	return 0;
}

static u32 vmx_pin_based_exec_ctrl(struct vcpu_vmx *vmx)
{
	u32 ctrl = vmcs_config.pin_based_exec_ctrl;

	if (!vmx->apicv)
		ctrl &= ~PIN_BASED_POSTED_INTR;

	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	return ctrl;
}

static void vmx_refresh_apicv_exec_ctrl(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx));
}

static void init_vmcs(struct vcpu_vmx *vmx)
{
	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx));
	vmx->hv_deadline_tsc = -1;
}

static int hardware_setup(void)
{
	if (cpu_has_vmx_preemption_timer() && enable_preemption_timer) {
		u64 misc;

		rdmsrl(MSR_IA32_VMX_MISC, misc);
		cpu_preemption_timer_multi = misc & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
	} else {
		kvm_x86_ops->set_hv_timer = NULL;
		kvm_x86_ops->cancel_hv_timer = NULL;
	}
	return 0;
}

static int handle_preemption_timer(struct kvm_vcpu *vcpu)
{
	kvm_lapic_expired_hv_timer(vcpu);
	return 1;
}

static void vmx_arm_hv_timer(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u64 tscl;
	u32 delta_tsc;

	if (vmx->hv_deadline_tsc == -1)
		return;

	tscl = rdtsc();
	if (vmx->hv_deadline_tsc > tscl)
		delta_tsc = (u32)((vmx->hv_deadline_tsc - tscl) >>
			cpu_preemption_timer_multi);
	else
		delta_tsc = 0;
	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta_tsc);
}

static void vmx_vcpu_run(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	if (failed_before(vmx))
		return;

	vmx_arm_hv_timer(vcpu);

	vmx->__launched = vmx->loaded_vmcs->launched;
	asm("vmlaunch" : : "r" (vmx));
	vmx->exit_reason = vmx->fail ? 0xdead : vmcs_read32(VM_EXIT_REASON);
	if (vmx->fail)
		return;

	recover(vmx);
}

static int prepare_vmcs02(struct kvm_vcpu *vcpu, struct vmcs12 *vmcs12)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u32 ctrl;

	ctrl = vmcs12->pin_based_vm_exec_control;

	/* A comment in between. */
	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	ctrl |= vmcs_config.pin_based_exec_ctrl;
	if (vmx->hv_deadline_tsc == -1)
		ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;

	if (!has_posted_interrupts(vmcs12))
		ctrl &= ~PIN_BASED_POSTED_INTR;

	vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, ctrl);
	return 0;
}

static void nested_vmx_vmexit(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	vmx_switch_vmcs(vcpu, &vmx->vmcs01);
	if (vmx->hv_deadline_tsc == -1)
		vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL,
				PIN_BASED_VMX_PREEMPTION_TIMER);
	else
		vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL,
			      PIN_BASED_VMX_PREEMPTION_TIMER);
	load_host(vcpu);
}

static inline int u64_shl_div_u64(u64 a, unsigned int shift, u64 by, u64 *result)
{
	return divide(a, shift, by, result);
}

static int vmx_set_hv_timer(struct kvm_vcpu *vcpu, u64 deadline)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u64 now = rdtsc();
	u64 guest_now = kvm_read_l1_tsc(vcpu, now);
	u64 delta = max(deadline, guest_now) - guest_now;

	if (vcpu->scaled && u64_shl_div_u64(delta, 48, vcpu->ratio, &delta))
		return -ERANGE;

	if (delta >> (cpu_preemption_timer_multi + 32))
		return -ERANGE;

	vmx->hv_deadline_tsc = now + delta;
	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL,
		      PIN_BASED_VMX_PREEMPTION_TIMER);
	return delta == 0;
}

static void vmx_cancel_hv_timer(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	vmx->hv_deadline_tsc = -1;
	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL,
			PIN_BASED_VMX_PREEMPTION_TIMER);
}

static void hardware_unsetup(void)
{
	free_kvm_area();
}

static int vmx_init(void)
{
	int r;

	r = kvm_init();
	if (r)
		return r;

	return 0;
}
