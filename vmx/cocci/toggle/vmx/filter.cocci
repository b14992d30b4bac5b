// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: exit.
// Kernel: a timer exit taken while soft-disabled re-enters the guest, since 5.3.
// Rule: no filter. A timer that is not needed does not run, and can't fire.
//
// places: soft-disables filter 1

virtual soft_disables

@filter depends on soft_disables@
expression vmx;
identifier v;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
-struct vcpu_vmx *v = to_vmx(...);
 ...
-if@p (unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled))
-	return EXIT_FASTPATH_REENTER_GUEST;
 ... when != v
 }

// Until 6.9 the filter is half of a condition.
@filter_half depends on soft_disables && !filter@
expression vmx;
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

@script:python@
p << filter.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")

@script:python@
p << filter_half.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")
