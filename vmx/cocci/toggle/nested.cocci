// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: nested entry.
// Origin: 804939ea200 (5.3), undone.
// Kernel: prepare_vmcs02_early() makes vmcs02's pin controls of vmcs01's and vmcs12's, and
//	writes them when they differ from the shadow.
// Why: as before 5.3. They are made of all that KVM may use and of vmcs12's, the timer bit is
//	cleared, the flag reset, and they are written at every nested entry.
//
// places: nested_base 1 in nested prepare_vmcs02_early: how vmcs02's pin controls are made
// places: nested_set 1 in nested prepare_vmcs02_early: the write of vmcs02's pin controls
// places: nested_clearbit 0-1 in nested: posted interrupts taken out of the pin controls

@nested_base depends on soft_disables@
symbol vmcs_config;
identifier ctrl, vmcs12, vmx;
expression vmcs01;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
(
-ctrl =@p __pin_controls_get(vmcs01);
|
-ctrl =@p vmx_pin_based_exec_ctrl(vmx);
)
-ctrl |= (vmcs12->pin_based_vm_exec_control & ~PIN_BASED_VMX_PREEMPTION_TIMER);
+ctrl = vmcs12->pin_based_vm_exec_control;
+ctrl |= vmcs_config.pin_based_exec_ctrl;
+ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
 ...
 }

@nested_set depends on soft_disables@
symbol false;
identifier ctrl, vmx;
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
identifier vmx;
position p;
@@
-pin_controls_clearbit@p(vmx, PIN_BASED_POSTED_INTR)
+vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_POSTED_INTR)
