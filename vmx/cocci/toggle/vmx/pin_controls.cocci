// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: pin controls.
// Kernel: vmx_pin_based_exec_ctrl() leaves the timer bit in, and its result is
//	written when it differs from the shadow, since 5.3.
// Rule: back to before 5.3. The base never has the bit, and is written as it is.
//
// places: soft-disables pin_base 1
// places: soft-disables pin_set 2

virtual soft_disables

@pin_base depends on soft_disables@
symbol enable_preemption_timer;
identifier ctrl;
position p;
@@
 vmx_pin_based_exec_ctrl(...)
 {
 ...
-if@p (!enable_preemption_timer)
-	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
+ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
 ...
 }

@pin_set depends on soft_disables@
expression vmx;
position p;
@@
-pin_controls_set@p(vmx, vmx_pin_based_exec_ctrl(vmx))
+vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx))

@script:python@
p << pin_base.p;
@@
for place in p:
	coccilib.report.print_report(place, "pin_base")

@script:python@
p << pin_set.p;
@@
for place in p:
	coccilib.report.print_report(place, "pin_set")
