// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: pin controls.
// Kernel: vmx_pin_based_exec_ctrl() is the base of vmcs01's pin controls, at
//	set-up and when APICv is refreshed. Since 5.3 it leaves the timer bit in
//	unless the timer is off, and nobody sets or clears the bit at VM entry.
//	Before, it never has the bit, and is written whether it changes or not.
// Rule: that base is looked at, or made so (B1, B6). The writes go through the unit,
//	which keeps those that change nothing from the VMCS, and counts the others.
//
// places: soft-disables pin_base 1
// places: soft-disables pin_set 2
// places: toggles pin_base 1
// places: toggles pin_set 2
// places: toggles-single pin_base 1
// places: toggles-single pin_set 2
// places: toggles-early pin_base 1
// places: toggles-early pin_set 2

virtual soft_disables, toggles, toggles_single, toggles_early

@pin_base depends on soft_disables@
symbol enable_preemption_timer, vmcs_config;
identifier ctrl;
position p;
@@
 vmx_pin_based_exec_ctrl(...)
 {
 ...
 u32 ctrl = vmcs_config.pin_based_exec_ctrl;
 ... when != ctrl = ...
 if@p (!enable_preemption_timer)
 	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
 ... when != ctrl = ...
 return ctrl;
 }

@pin_set depends on soft_disables@
expression vmx;
position p;
@@
-pin_controls_set@p
+hv_timer_pin_controls_set
 	(vmx, vmx_pin_based_exec_ctrl(vmx))

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

@pin_base_toggles depends on toggles || toggles_single || toggles_early@
symbol enable_preemption_timer, vmcs_config;
identifier ctrl;
position p;
@@
 vmx_pin_based_exec_ctrl(...)
 {
 ...
 u32 ctrl = vmcs_config.pin_based_exec_ctrl;
 ... when != ctrl = ...
-ctrl &=@p ~PIN_BASED_VMX_PREEMPTION_TIMER;
+if (!enable_preemption_timer)
+	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
 ... when != ctrl = ...
 return ctrl;
 }

@pin_set_toggles depends on toggles || toggles_single || toggles_early@
expression vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx))
+hv_timer_pin_controls_set(vmx, vmx_pin_based_exec_ctrl(vmx))

@script:python@
p << pin_base_toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "pin_base")

@script:python@
p << pin_set_toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "pin_set")
