// SPDX-License-Identifier: GPL-2.0-only
/* Not a kernel's: no more than what the audits look at, without any of the fixes. */

struct kvm_timer {
	ktime_t target_expiration;
};

void kvm_lapic_switch_to_sw_timer(struct kvm_vcpu *vcpu);

static void apic_update_lvtt(struct kvm_lapic *apic)
{
	if (apic->lapic_timer.timer_mode != kvm_lapic_get_reg(apic, APIC_LVTT)) {
		hrtimer_cancel(&apic->lapic_timer.timer);
		apic->lapic_timer.timer_mode = 0;
	}
}

static bool set_target_expiration(struct kvm_lapic *apic)
{
	if (!apic->lapic_timer.period)
		return false;

	apic->lapic_timer.target_expiration = ktime_add_ns(ktime_get(), 1);
	return true;
}

/* A comment { of braces } that says: if (no_fix) cancel_hv_timer(apic); */
static void advance_periodic_target_expiration(struct kvm_lapic *apic)
{
	ktime_t now = ktime_get();
	u64 tscl = rdtsc();
	ktime_t delta;

	apic->lapic_timer.target_expiration =
		ktime_add_ns(apic->lapic_timer.target_expiration, apic->lapic_timer.period);
	delta = ktime_sub(apic->lapic_timer.target_expiration, now);
	apic->lapic_timer.tscdeadline = kvm_read_l1_tsc(apic->vcpu, tscl) +
		nsec_to_cycles(apic->vcpu, delta);
}

static void start_sw_period(struct kvm_lapic *apic)
{
	if (!apic->lapic_timer.period)
		return;

	if (ktime_after(ktime_get(), apic->lapic_timer.target_expiration)) {
		apic_timer_expired(apic);
		if (apic_lvtt_oneshot(apic))
			return;
		advance_periodic_target_expiration(apic);
	}

	hrtimer_start(&apic->lapic_timer.timer, apic->lapic_timer.target_expiration,
		      HRTIMER_MODE_ABS_PINNED);
}

static bool start_hv_timer(struct kvm_lapic *apic)
{
	struct kvm_timer *ktimer = &apic->lapic_timer;
	int r;

	WARN_ON(preemptible());
	if (!kvm_x86_ops->set_hv_timer)
		return false;
	if (!apic_lvtt_period(apic) && atomic_read(&ktimer->pending))
		return false;
	if (!ktimer->tscdeadline)
		return false;
	r = kvm_x86_ops->set_hv_timer(apic->vcpu, ktimer->tscdeadline);
	if (r < 0)
		return false;

	ktimer->hv_timer_in_use = true;
	hrtimer_cancel(&ktimer->timer);
	if (!apic_lvtt_period(apic) && (r || atomic_read(&ktimer->pending))) {
		if (r)
			apic_timer_expired(apic);
		return false;
	}
	return true;
}

static void start_sw_timer(struct kvm_lapic *apic)
{
	struct kvm_timer *ktimer = &apic->lapic_timer;

	if (apic->lapic_timer.hv_timer_in_use)
		cancel_hv_timer(apic);
	if (!apic_lvtt_period(apic) && atomic_read(&ktimer->pending))
		return;
	if (apic_lvtt_period(apic) || apic_lvtt_oneshot(apic))
		start_sw_period(apic);
	else if (apic_lvtt_tscdeadline(apic))
		start_sw_tscdeadline(apic);
}

static void restart_apic_timer(struct kvm_lapic *apic)
{
	preempt_disable();
	if (!apic_lvtt_period(apic) && atomic_read(&apic->lapic_timer.pending))
		goto out;
	if (!start_hv_timer(apic))
		start_sw_timer(apic);
out:
	preempt_enable();
}

void kvm_lapic_expired_hv_timer(struct kvm_vcpu *vcpu)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	preempt_disable();
	if (!apic->lapic_timer.hv_timer_in_use)
		goto out;
	cancel_hv_timer(apic);
	apic_timer_expired(apic);

	if (apic_lvtt_period(apic) && apic->lapic_timer.period) {
		advance_periodic_target_expiration(apic);
		restart_apic_timer(apic);
	}
out:
	preempt_enable();
}

void kvm_lapic_switch_to_sw_timer(struct kvm_vcpu *vcpu)
{
	start_sw_timer(vcpu->arch.apic);
}

static void start_apic_timer(struct kvm_lapic *apic)
{
	atomic_set(&apic->lapic_timer.pending, 0);

	if ((apic_lvtt_period(apic) || apic_lvtt_oneshot(apic)) && !set_target_expiration(apic))
		return;

	restart_apic_timer(apic);
}

static int kvm_lapic_reg_write(struct kvm_lapic *apic, u32 reg, u32 val)
{
	switch (reg) {
	case APIC_SPIV: {
		apic_set_spiv(apic, val);
		break;
	}
	case APIC_LVTT:
		kvm_lapic_set_reg(apic, APIC_LVTT, val);
		apic_update_lvtt(apic);
		break;

	case APIC_TMICT:
		if (apic_lvtt_tscdeadline(apic))
			break;

		hrtimer_cancel(&apic->lapic_timer.timer);
		kvm_lapic_set_reg(apic, APIC_TMICT, val);
		start_apic_timer(apic);
		break;

	case APIC_TDCR:
		cancel_apic_timer(apic);
		break;
	}
	return 0;
}

void kvm_set_lapic_tscdeadline_msr(struct kvm_vcpu *vcpu, u64 data)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	if (!lapic_in_kernel(vcpu) || apic_lvtt_oneshot(apic) || apic_lvtt_period(apic))
		return;

	hrtimer_cancel(&apic->lapic_timer.timer);
	apic->lapic_timer.tscdeadline = data;
	start_apic_timer(apic);
}

static enum hrtimer_restart apic_timer_fn(struct hrtimer *data)
{
	struct kvm_timer *ktimer = container_of(data, struct kvm_timer, timer);
	struct kvm_lapic *apic = container_of(ktimer, struct kvm_lapic, lapic_timer);

	apic_timer_expired(apic);

	if (lapic_is_periodic(apic)) {
		advance_periodic_target_expiration(apic);
		hrtimer_add_expires_ns(&ktimer->timer, ktimer->period);
		return HRTIMER_RESTART;
	} else
		return HRTIMER_NORESTART;
}

int kvm_apic_set_state(struct kvm_vcpu *vcpu, struct kvm_lapic_state *s)
{
	struct kvm_lapic *apic = vcpu->arch.apic;

	apic_set_spiv(apic, *((u32 *)(s->regs + APIC_SPIV)));
	hrtimer_cancel(&apic->lapic_timer.timer);
	apic_update_lvtt(apic);
	start_apic_timer(apic);
	return 0;
}
