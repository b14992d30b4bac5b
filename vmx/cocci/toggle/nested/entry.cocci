// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: nested entry.
// Kernel: prepare_vmcs02_early() makes vmcs02's pin controls of vmcs01's and
//	vmcs12's, and writes them when they differ from the shadow, since 5.3.
// Rule: back to before 5.3. They are made of all that KVM may use and of
//	vmcs12's, the timer bit is cleared, the flag reset, and they are written
//	at every nested entry.
//
// places: soft-disables nested_base 1
// places: soft-disables nested_set 1
// places: soft-disables nested_clearbit 0-1

virtual soft_disables

@nested_base depends on soft_disables@
symbol vmcs_config;
identifier ctrl;
expression vmcs12, base;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
-ctrl =@p base;
-ctrl |= (vmcs12->pin_based_vm_exec_control & ~PIN_BASED_VMX_PREEMPTION_TIMER);
+ctrl = vmcs12->pin_based_vm_exec_control;
+ctrl |= vmcs_config.pin_based_exec_ctrl;
+ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
 ...
 }

@nested_set depends on soft_disables@
symbol false;
identifier ctrl;
expression vmx;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
-pin_controls_set@p(vmx, ctrl);
+vmx->loaded_vmcs->hv_timer_armed = false;
+vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, ctrl);
 ...
 }

@nested_clearbit depends on soft_disables@
expression vmx;
position p;
@@
-pin_controls_clearbit@p(vmx, PIN_BASED_POSTED_INTR)
+vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_POSTED_INTR)

@script:python@
p << nested_base.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_base")

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
