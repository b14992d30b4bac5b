// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: pin controls.
// Origin: 804939ea200 and eceb9973d908 (5.3), undone.
// Kernel: vmx_pin_based_exec_ctrl() leaves the timer bit in, and its result is written when it
//	differs from the shadow.
// Why: as before 5.3. The base never has the bit, and is written as it is.
//
// places: pin_base 1 in vmx vmx_pin_based_exec_ctrl: the timer bit cleared when the timer is off
// places: pin_set 2 in vmx init_vmcs vmx_vcpu_setup vmx_refresh_apicv_exec_ctrl: the two writes of that base

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
identifier vmx;
position p;
@@
-pin_controls_set@p(vmx, vmx_pin_based_exec_ctrl(vmx))
+vmcs_write32(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx))
