// SPDX-License-Identifier: GPL-2.0-only
static int setup_vmcs_config(void)
{
	if (!kvm_mwait_in_guest())
		min |= CPU_BASED_MWAIT_EXITING;
	return 0;
}

static enum hrtimer_restart vmx_preemption_timer_fn(struct hrtimer *timer)
{
	struct vcpu_vmx *vmx = container_of(timer, struct vcpu_vmx, nested.preemption_timer);

	vmx->nested.preemption_timer_expired = true;
	return HRTIMER_NORESTART;
}

static void free_nested(struct vcpu_vmx *vmx)
{
	vmx->nested.vmxon = false;
	free_loaded_vmcs(&vmx->nested.vmcs02);
}

static void vmx_free_vcpu_nested(struct kvm_vcpu *vcpu)
{
	struct vcpu_vmx *vmx = to_vmx(vcpu);

	vcpu_load(vcpu);
	vmx_switch_vmcs(vcpu, &vmx->vmcs01);
	free_nested(vmx);
	vcpu_put(vcpu);
}

static void vmx_free_vcpu(struct kvm_vcpu *vcpu)
{
	leave_guest_mode(vcpu);
	vmx_free_vcpu_nested(vcpu);
}

static void sync_vmcs12(struct kvm_vcpu *vcpu, struct vmcs12 *vmcs12)
{
	hrtimer_cancel(&to_vmx(vcpu)->nested.preemption_timer);
}

static int vmx_set_hv_timer(struct kvm_vcpu *vcpu, u64 guest_deadline_tsc)
{
	u64 tscl = rdtsc();
	u64 guest_tscl = kvm_read_l1_tsc(vcpu, tscl);
	u64 delta_tsc = max(guest_deadline_tsc, guest_tscl) - guest_tscl;

	if (delta_tsc >> (cpu_preemption_timer_multi + 32))
		return -ERANGE;

	to_vmx(vcpu)->hv_deadline_tsc = tscl + delta_tsc;
	return delta_tsc == 0;
}

static int vmx_pre_block(struct kvm_vcpu *vcpu)
{
	kvm_lapic_switch_to_sw_timer(vcpu);
	return 0;
}
