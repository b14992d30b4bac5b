// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: nested entry.
// Kernel: prepare_vmcs02_early() makes vmcs02's pin controls of L0's and of
//	vmcs12's, without vmcs12's timer bit: L1's timer is emulated with an
//	hrtimer. L0's come from vmcs01's shadow, or from
//	vmx_pin_based_exec_ctrl(), since 5.3. Posted interrupts that cannot be
//	mapped are taken out again, since 5.9. Before 5.3 they are made of all that
//	KVM may use and of vmcs12's, the timer bit is cleared (before 4.19: without
//	a deadline), and they are written at every nested entry. Before 5.0 the
//	function is prepare_vmcs02(), and before 4.19 nested_vmx_vmexit() brings
//	the bit of vmcs01 up to date.
// Rule: looks that L0's bit stays and L1's does not leak, or makes it so (B1, B6).
//	The writes go through the unit, which keeps those that change nothing from
//	the VMCS, and counts the others. Nested exit has nothing left to do.
//
// places: soft-disables nested_mask 1
// places: soft-disables nested_set 1
// places: soft-disables nested_clearbit 0-1
// places: toggles nested_base 1
// places: toggles nested_flag 1
// places: toggles nested_set 1
// places: toggles nested_clearbit 0-1
// places: toggles-single nested_base 1
// places: toggles-single nested_flag 1
// places: toggles-single nested_set 1
// places: toggles-early nested_base 1
// places: toggles-early nested_set 1
// places: toggles-early nested_exit 1

virtual soft_disables, toggles, toggles_single, toggles_early

@nested_mask depends on soft_disables@
identifier ctrl;
expression vmcs01, vmx, vmcs12;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
(
 ctrl =@p __pin_controls_get(vmcs01);
|
 ctrl =@p vmx_pin_based_exec_ctrl(vmx);
)
 ctrl |= (vmcs12->pin_based_vm_exec_control & ~PIN_BASED_VMX_PREEMPTION_TIMER);
 ...
 }

@nested_set depends on soft_disables@
identifier ctrl;
expression vmx;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
-pin_controls_set@p
+hv_timer_pin_controls_set
 	(vmx, ctrl);
 ...
 }

@nested_clearbit depends on soft_disables@
expression vmx;
position p;
@@
-pin_controls_clearbit@p(vmx, PIN_BASED_POSTED_INTR)
+hv_timer_pin_controls_set(vmx, hv_timer_pin_controls_get(vmx) & ~PIN_BASED_POSTED_INTR)

@script:python@
p << nested_mask.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_mask")

@script:python@
p << nested_set.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_set")

@script:python@
p << nested_clearbit.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_clearbit")

@nested_base depends on toggles || toggles_single@
symbol vmcs_config;
identifier ctrl;
expression vmcs12;
position p;
@@
-ctrl =@p vmcs12->pin_based_vm_exec_control;
-ctrl |= vmcs_config.pin_based_exec_ctrl;
-ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
+ctrl = hv_timer_pin_controls(vmcs_config.pin_based_exec_ctrl,
+			     vmcs12->pin_based_vm_exec_control);

@nested_flag depends on nested_base@
symbol false;
identifier fn = { prepare_vmcs02_early, prepare_vmcs02 };
expression vmx;
position p;
@@
 fn(...)
 {
 <+...
-vmx->loaded_vmcs->hv_timer_armed =@p false;
 ...+>
 }

@nested_base_early depends on toggles_early@
symbol vmcs_config;
identifier ctrl;
expression vmcs12, vmx;
position p;
@@
-ctrl =@p vmcs12->pin_based_vm_exec_control;
-ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
-ctrl |= vmcs_config.pin_based_exec_ctrl;
-if (vmx->hv_deadline_tsc == -1)
-	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
+ctrl = hv_timer_pin_controls(vmcs_config.pin_based_exec_ctrl,
+			     vmcs12->pin_based_vm_exec_control);

@nested_set_toggles@
identifier nested_base.ctrl;
expression nested_flag.vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, ctrl)
+hv_timer_pin_controls_set(vmx, ctrl)

@nested_set_early@
identifier nested_base_early.ctrl;
expression nested_base_early.vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, ctrl)
+hv_timer_pin_controls_set(vmx, ctrl)

@nested_clearbit_toggles depends on toggles@
symbol vmx;
position p;
@@
-vmcs_clear_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_POSTED_INTR)
+hv_timer_pin_controls_set(vmx, hv_timer_pin_controls_get(vmx) & ~PIN_BASED_POSTED_INTR)

@nested_exit_early depends on toggles_early@
expression vmx;
position p;
@@
-if@p (vmx->hv_deadline_tsc == -1)
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-else
-	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);

@script:python@
p << nested_base.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_base")

@script:python@
p << nested_base_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_base")

@script:python@
p << nested_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_flag")

@script:python@
p << nested_set_toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_set")

@script:python@
p << nested_set_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_set")

@script:python@
p << nested_clearbit_toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_clearbit")

@script:python@
p << nested_exit_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_exit")
