// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: exit.
// Origin: 804939ea200 (5.3) and what came after it.
// Kernel: a timer exit taken while soft-disabled enters the guest again.
// Why: no filter. A timer that is not needed does not run, and can't fire.
//
// places: exit 1 in vmx handle_fastpath_preemption_timer handle_preemption_timer: the handling of a spurious exit

@exit depends on soft_disables@
identifier vmx;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
-if@p (unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled))
-	return EXIT_FASTPATH_REENTER_GUEST;
 ...
 }

@depends on exit@
identifier exit.vmx;
expression vcpu;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
-struct vcpu_vmx *vmx = to_vmx(vcpu);
 ... when != vmx
 }

// Until 6.8 the filter is half of a condition.
@exit__half depends on soft_disables && !exit@
identifier vmx;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
 if@p (!vmx->req_immediate_exit
-    && !unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled)
 ) { ... }
 ...
 }

// 5.3 to 5.7: the slow path only.
@exit__slow depends on soft_disables && !exit && !exit__half@
identifier vmx, vcpu;
position p;
@@
 handle_preemption_timer(struct kvm_vcpu *vcpu)
 {
 ...
 if@p (!vmx->req_immediate_exit
-    && !unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled)
 )
 	kvm_lapic_expired_hv_timer(vcpu);
 ...
 }
