// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming, the off switch.
// Kernel: with the timer off, a forced exit is a self-IPI. Since 6.9, and in
//	stable kernels that took it back, vmx_vcpu_run() chooses. Before, set-up
//	puts another operation in place. Before 5.3 it does so only where the
//	control is missing, and vmx_vcpu_run() always calls the function that arms.
// Rule: only looks that the kernel does choose, or makes it (B6).
//
// places: soft-disables off 1
// places: toggles off 1
// places: toggles-single off 1
// places: toggles-early off 1

virtual soft_disables, toggles, toggles_single, toggles_early

@off depends on soft_disables@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
 if@p (enable_preemption_timer)
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@script:python@
p << off.p;
@@
for place in p:
	coccilib.report.print_report(place, "off")

@fallback@
expression ops;
@@
(
 ops.request_immediate_exit = __kvm_request_immediate_exit;
|
 ops->request_immediate_exit = __kvm_request_immediate_exit;
)

@off_kept depends on soft_disables && !off && fallback@
symbol enable_preemption_timer;
identifier vcpu;
position p;
@@
 if@p (enable_preemption_timer)
 	vmx_update_hv_timer(vcpu);

@off_argument depends on toggles@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
-if@p (cpu_has_vmx_preemption_timer())
+if (enable_preemption_timer)
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@off_operation depends on toggles || toggles_single || toggles_early@
symbol enable_preemption_timer;
identifier arm = { vmx_update_hv_timer, vmx_arm_hv_timer };
identifier vcpu;
position p;
@@
 vmx_vcpu_run(struct kvm_vcpu *vcpu, ...)
 {
 <+...
-arm@p(vcpu);
+if (enable_preemption_timer)
+	arm(vcpu);
 ...+>
 }

@script:python@
p << off_argument.p;
@@
for place in p:
	coccilib.report.print_report(place, "off")

@script:python@
p << off_operation.p;
@@
for place in p:
	coccilib.report.print_report(place, "off")

@script:python@
p << off_kept.p;
@@
for place in p:
	coccilib.report.print_report(place, "off")
