// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: arming.
// Kernel: vmx_update_hv_timer() writes the timer value before VM entry: 0 for a
//	forced exit, what is left for a deadline, else once the largest value.
//	Since 5.3. The forced exit is a field of the vCPU before 6.9, an argument
//	since.
// Rule: the unit does it. The locals that only the old code used go, and so
//	does the rate, which the unit keeps.
//
// places: leaves arming 1
// places: leaves arming_locals 2
// places: leaves arming_rate 1

virtual leaves

@arming depends on leaves@
symbol true, false;
expression force;
expression vmx;
position p;
@@
-if@p (force) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
-} else if (vmx->hv_deadline_tsc != -1) {
-	...
-} else if (!vmx->loaded_vmcs->hv_timer_soft_disabled) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = true;
-}
+hv_timer_enter(vmx, force);

@arming_locals depends on arming@
type T;
identifier x;
position p;
@@
 vmx_update_hv_timer(...)
 {
 ... when any
-T x@p;
 ... when != x
 }

@arming_rate depends on arming@
symbol cpu_preemption_timer_multi;
type T;
position p;
@@
-T cpu_preemption_timer_multi@p;

@script:python@
p << arming.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_locals.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_locals")

@script:python@
p << arming_rate.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_rate")
