// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: the off switch.
// Origin: d264ee0c2ed2 (4.19) forces exits by the timer, with preemption_timer=0 too.
//	804939ea200 (5.3) uses the self-IPI when the timer is off. 0ec3d6d1f169 (6.9, stable
//	kernels) lets vmx_vcpu_run() choose; before, set-up puts another operation in place.
// Kernel: before 5.3 vmx_vcpu_run() always calls the function that arms.
// Why: off means off (B6). If the kernel chooses, the choice becomes a static key. If it does
//	not, nothing is written either: with the timer off there is no deadline and no forced
//	exit, and a new VMCS counts as soft-disabled (hook: where a VMCS is made).
//
// places: off 1 in vmx vmx_vcpu_run: the call of the function that arms the timer, only when the timer is on

@off depends on soft_disables@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
-if@p (enable_preemption_timer)
+if (hv_timer_in_use())
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@fallback@
symbol __kvm_request_immediate_exit;
expression ops;
@@
(
 ops.request_immediate_exit = __kvm_request_immediate_exit;
|
 ops->request_immediate_exit = __kvm_request_immediate_exit;
)

@off__operation depends on soft_disables && !off && fallback@
symbol enable_preemption_timer;
identifier vcpu;
position p;
@@
-if@p (enable_preemption_timer)
+if (hv_timer_in_use())
 	vmx_update_hv_timer(vcpu);

// What VARIANT=toggle makes of a later source.
@off__argument depends on toggles@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
-if@p (cpu_has_vmx_preemption_timer())
+if (hv_timer_in_use())
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@off__toggles depends on toggles || toggles_single || toggles_early@
identifier update = { vmx_update_hv_timer, vmx_arm_hv_timer };
identifier vcpu;
position p;
@@
 vmx_vcpu_run(struct kvm_vcpu *vcpu, ...)
 {
 <+...
 update@p(vcpu);
 ...+>
 }
