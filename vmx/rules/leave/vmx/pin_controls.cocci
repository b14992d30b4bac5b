// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: pin controls.
// Kernel: vmx_pin_based_exec_ctrl() is the base of vmcs01's pin controls, at
//	set-up and when APICv is refreshed. Since 5.3 it leaves the timer bit in
//	unless the timer is off. Nobody sets or clears the bit at VM entry.
// Rule: that base is looked at (B1, B6). The writes go through the unit, which
//	counts those that reach the VMCS.
//
// places: leaves pin_base 1
// places: leaves pin_set 2

virtual leaves

@pin_base depends on leaves@
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

@pin_set depends on leaves@
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
