// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: nested entry, and nested exit before 4.19.
// Origin: 9314006db8b7 (4.8) copies the bit to vmcs02 and back. f459a707ed31 (4.19) clears it at
//	nested entry. 804939ea200 (5.3) makes vmcs02's controls of vmcs01's, without L1's bit.
// Kernel: prepare_vmcs02_early() (before 5.0: prepare_vmcs02()) makes vmcs02's pin controls of
//	L0's and of vmcs12's. L1's timer is emulated with an hrtimer. Before 5.3 they are written at
//	every nested entry. Posted interrupts that cannot be mapped are taken out again, since 5.9.
// Why: L0's bit stays and L1's does not leak (B1, B6). Since 5.3 the kernel does so, and this
//	semantic patch only checks it. The writes go through the unit, which drops those that
//	change nothing and counts the others. Nested exit no longer changes the bit.
//
// places: nested_base 1 in nested prepare_vmcs02_early prepare_vmcs02: how vmcs02's pin controls are made of L0's and of vmcs12's, without vmcs12's timer bit
// places: nested_flag 0, toggles 1, toggles-single 1 in nested prepare_vmcs02_early prepare_vmcs02: the flag's reset
// places: nested_set 1 in nested prepare_vmcs02_early prepare_vmcs02: the write of vmcs02's pin controls
// places: nested_clearbit 0-1 in nested: posted interrupts taken out of the pin controls
// places: nested_exit 0, toggles-early 1 in nested nested_vmx_vmexit: the timer bit of vmcs01 brought up to date

@nested_base depends on soft_disables@
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
identifier ctrl, vmx;
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
identifier vmx;
position p;
@@
-pin_controls_clearbit@p(vmx, PIN_BASED_POSTED_INTR)
+hv_timer_pin_controls_clearbit(vmx, PIN_BASED_POSTED_INTR)

@nested_base__toggles depends on toggles || toggles_single@
symbol vmcs_config;
identifier ctrl, vmcs12;
position p;
@@
-ctrl =@p vmcs12->pin_based_vm_exec_control;
-ctrl |= vmcs_config.pin_based_exec_ctrl;
-ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
+ctrl = hv_timer_pin_controls(vmcs_config.pin_based_exec_ctrl,
+			     vmcs12->pin_based_vm_exec_control);

@nested_flag depends on nested_base__toggles@
symbol false;
identifier fn = { prepare_vmcs02_early, prepare_vmcs02 };
identifier vmx;
position p;
@@
 fn(...)
 {
 <+...
-vmx->loaded_vmcs->hv_timer_armed =@p false;
 ...+>
 }

@nested_base__early depends on toggles_early@
symbol vmcs_config;
identifier ctrl, vmcs12, vmx;
position p;
@@
-ctrl =@p vmcs12->pin_based_vm_exec_control;
-ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
-ctrl |= vmcs_config.pin_based_exec_ctrl;
-if (vmx->hv_deadline_tsc == -1)
-	ctrl &= ~PIN_BASED_VMX_PREEMPTION_TIMER;
+ctrl = hv_timer_pin_controls(vmcs_config.pin_based_exec_ctrl,
+			     vmcs12->pin_based_vm_exec_control);

@nested_set__toggles@
identifier nested_base__toggles.ctrl;
identifier nested_flag.vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, ctrl)
+hv_timer_pin_controls_set(vmx, ctrl)

@nested_set__early@
identifier nested_base__early.ctrl;
identifier nested_base__early.vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, ctrl)
+hv_timer_pin_controls_set(vmx, ctrl)

@nested_clearbit__toggles depends on toggles@
symbol vmx;
position p;
@@
-vmcs_clear_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_POSTED_INTR)
+hv_timer_pin_controls_clearbit(vmx, PIN_BASED_POSTED_INTR)

@nested_exit depends on toggles_early@
identifier vmx;
position p;
@@
-if@p (vmx->hv_deadline_tsc == -1)
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-else
-	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
