// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: exit.
// Origin: 64672c95ea4c (4.8) handles the exit, d264ee0c2ed2 (4.19) asks whether it was forced,
//	804939ea200 (5.3) whether it is spurious. 26efe2fd92e5 (5.8) adds the fast path;
//	11776aa0cfa7 and 7b3d1bbf8d68 (6.9, stable kernels) re-enter on a spurious exit there.
// Kernel: handle_preemption_timer(), and from 5.8 on handle_fastpath_preemption_timer() before
//	it. From 5.8 up to 6.8 the fast path leaves a spurious exit, and a forced one, to the
//	slow path, which asks it once more.
// Why: the unit says whether the exit is spurious, and counts it (B5). hv_timer_exit() is called
//	once for each timer exit, with L2 active too. A kernel with a fast path enters the
//	guest again there.
//
// places: exit 1 in vmx handle_fastpath_preemption_timer handle_preemption_timer: the handling of a PREEMPTION_TIMER exit

@exit depends on soft_disables@
identifier vmx;
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

@exit__once depends on soft_disables && !exit@
identifier vmx, vcpu;
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

// 5.3 to 5.7: the slow path only.
@exit__slow depends on soft_disables && !exit && !exit__once@
identifier vmx, vcpu;
position p;
@@
 handle_preemption_timer(...)
 {
 ...
-if@p (!vmx->req_immediate_exit &&
-    !unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled))
+if (!hv_timer_exit(vmx) && !vmx->req_immediate_exit)
 	kvm_lapic_expired_hv_timer(vcpu);
 ...
 }

// What VARIANT=toggle makes of a later source.
@exit__fast depends on toggles@
identifier vcpu;
position p;
@@
 handle_fastpath_preemption_timer@p(struct kvm_vcpu *vcpu, ...)
 {
+if (hv_timer_exit(to_vmx(vcpu)))
+	return EXIT_FASTPATH_REENTER_GUEST;
 ...
 }

@exit__toggles depends on !exit__fast && (toggles || toggles_single || toggles_early)@
identifier vcpu;
position p;
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
