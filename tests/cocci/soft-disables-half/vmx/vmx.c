// SPDX-License-Identifier: GPL-2.0-only
/* Not a kernel's: no more than what the semantic patches for this shape look at. */
#include "vmx.h"

static int cpu_preemption_timer_multi;
static bool enable_preemption_timer = 1;

static int setup_vmcs_config(struct vmcs_config *conf)
{
	u32 pin_based_exec_control = allowed();

	if (cpu_has_broken_vmx_preemption_timer())
		pin_based_exec_control &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
	conf->pin_based_exec_ctrl = pin_based_exec_control;
	return 0;
}

int alloc_loaded_vmcs(struct loaded_vmcs *vmcs)
{
	vmcs->hv_timer_soft_disabled = false;
	return 0;
}

static u32 vmx_pin_based_exec_ctrl(struct vcpu_vmx *vmx)
{
	u32 ctrl = vmcs_config.pin_based_exec_ctrl;

	if (!enable_preemption_timer)
		ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;

	return ctrl;
}

void vmx_refresh_apicv_exec_ctrl(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	pin_controls_set(vmx, vmx_pin_based_exec_ctrl(vmx));
}

static void init_vmcs(struct vcpu_vmx *vmx)
{
	pin_controls_set(vmx, vmx_pin_based_exec_ctrl(vmx));
}

static fastpath_t handle_fastpath_preemption_timer(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	if (!vmx->req_immediate_exit &&
	    !unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled)) {
		kvm_lapic_expired_hv_timer(vcpu);
		return EXIT_FASTPATH_REENTER_GUEST;
	}

	return EXIT_FASTPATH_NONE;
}

static void dump_vmcs(void)
{
	show(vmcs_read32(PIN_BASED_VM_EXEC_CONTROL));
}

static void vmx_update_hv_timer(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u64 tscl;
	u32 delta_tsc;

	if (vmx->req_immediate_exit) {
		vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
		vmx->loaded_vmcs->hv_timer_soft_disabled = false;
	} else if (vmx->hv_deadline_tsc != -1) {
		tscl = rdtsc();
		if (vmx->hv_deadline_tsc > tscl)
			delta_tsc = (u32)((vmx->hv_deadline_tsc - tscl) >>
				cpu_preemption_timer_multi);
		else
			delta_tsc = 0;
		vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta_tsc);
		vmx->loaded_vmcs->hv_timer_soft_disabled = false;
	} else if (!vmx->loaded_vmcs->hv_timer_soft_disabled) {
		vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
		vmx->loaded_vmcs->hv_timer_soft_disabled = true;
	}
}

static int vmx_vcpu_run(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	if (enable_preemption_timer)
		vmx_update_hv_timer(vcpu);

	vmx_vcpu_enter_exit(vcpu, vmx, 0);
	vmx->exit_reason.full = vmcs_read32(VM_EXIT_REASON);
	return fastpath(vcpu);
}

static inline int u64_shl_div_u64(u64 a, unsigned int shift, u64 by, u64 *result)
{
	return divide(a, shift, by, result);
}

static int vmx_set_hv_timer(struct kvm_vcpu *vcpu, u64 deadline, bool *expired)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);
	u64 now = rdtsc();
	u64 guest_now = kvm_read_l1_tsc(vcpu, now);
	u64 delta, advance;

	delta = max(deadline, guest_now) - guest_now;
	advance = nsec_to_cycles(vcpu, 1000);
	if (delta > advance)
		delta -= advance;
	else
		delta = 0;

	if (delta && u64_shl_div_u64(delta, 48, vcpu->ratio, &delta))
		return -ERANGE;

	if (delta >> (cpu_preemption_timer_multi + 32))
		return -ERANGE;

	vmx->hv_deadline_tsc = now + delta;
	*expired = !delta;
	return 0;
}

static int hardware_setup(void)
{
	if (!cpu_has_vmx_preemption_timer())
		enable_preemption_timer = false;

	if (enable_preemption_timer) {
		u64 freq = 5000ULL * 1000 * 1000;

		cpu_preemption_timer_multi =
			vmcs_config.misc & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;

		if (tsc_khz)
			freq = (u64)tsc_khz * 1000;
		freq >>= cpu_preemption_timer_multi;
		if (freq > 0xffffffffu / 10)
			enable_preemption_timer = false;
	}

	if (!enable_preemption_timer) {
		vmx_x86_ops.set_hv_timer = NULL;
		vmx_x86_ops.cancel_hv_timer = NULL;
		vmx_x86_ops.request_immediate_exit = __kvm_request_immediate_exit;
	}
	return 0;
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
		goto err;

	return 0;

err:
	return r;
}
