// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: exit.
// Kernel: handle_fastpath_preemption_timer() re-enters the guest on a timer
//	exit taken while soft-disabled. Since 6.9, and in stable kernels that
//	took it back. From 5.8 on until then it leaves a spurious exit, and a
//	forced one, to the slow path, which asks it once more. Before 5.8 there is
//	no such function, before 5.3 no such exit: handle_preemption_timer() takes
//	each for the deadline's, but for those that were forced.
// Rule: the unit says whether the exit is spurious, and counts it (B5). The
//	function sees every timer exit, with L2 active too, so that this is the
//	one place to count them; it is asked once for each. Where there is a fast
//	path, the guest is re-entered there.
//
// places: soft-disables filter 1
// places: toggles filter 1
// places: toggles-single filter 1
// places: toggles-early filter 1

virtual soft_disables, toggles, toggles_single, toggles_early

@filter depends on soft_disables@
expression vmx;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
-if@p (unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled))
+if (hv_timer_exit(vmx))
 	return EXIT_FASTPATH_REENTER_GUEST;
 ...
 }

@script:python@
p << filter.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")

@filter_once depends on soft_disables && !filter@
expression vmx, vcpu;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
-if@p (!vmx->req_immediate_exit &&
-    !unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled)) {
-	kvm_lapic_expired_hv_timer(vcpu);
-	return EXIT_FASTPATH_REENTER_GUEST;
-}
-return EXIT_FASTPATH_NONE;
+if (hv_timer_exit(vmx))
+	return EXIT_FASTPATH_REENTER_GUEST;
+if (vmx->req_immediate_exit)
+	return EXIT_FASTPATH_EXIT_HANDLED;
+kvm_lapic_expired_hv_timer(vcpu);
+return EXIT_FASTPATH_REENTER_GUEST;
 }

@filter_fast depends on toggles@
position p;
identifier vcpu;
@@
 handle_fastpath_preemption_timer@p(struct kvm_vcpu *vcpu, ...)
 {
+if (hv_timer_exit(to_vmx(vcpu)))
+	return EXIT_FASTPATH_REENTER_GUEST;
 ...
 }

@filter_slow depends on !filter_fast && (toggles || toggles_single || toggles_early)@
position p;
identifier vcpu;
@@
 handle_preemption_timer(struct kvm_vcpu *vcpu)
 {
+if (hv_timer_exit(to_vmx(vcpu)))
+	return 1;
(
 if@p (!to_vmx(vcpu)->req_immediate_exit)
 	kvm_lapic_expired_hv_timer(vcpu);
|
 kvm_lapic_expired_hv_timer@p(vcpu);
)
 return 1;
 }

@script:python@
p << filter_fast.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")

@script:python@
p << filter_slow.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")

@script:python@
p << filter_once.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")
