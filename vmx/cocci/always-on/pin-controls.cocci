// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: pin controls.
// Origin: 64672c95ea4c (4.8) keeps the timer bit out of vmcs01's base. 804939ea200 (5.3)
//	leaves it in unless the timer is off. eceb9973d908 (5.3) writes only what changes.
// Kernel: vmx_pin_based_exec_ctrl() is the base of vmcs01's pin controls, at set-up and
//	when APICv is refreshed.
// Why: the base has the bit while the timer is on (B1, B6). The writes go through the unit,
//	which drops those that change nothing and counts the others.
//
// places: pin_base 1 in vmx vmx_pin_based_exec_ctrl: the base of the pin controls, with the timer bit cleared (since 5.3: cleared when the timer is off)
// places: pin_set 2 in vmx init_vmcs vmx_vcpu_setup vmx_refresh_apicv_exec_ctrl: the two writes of that base, at set-up and when APICv is refreshed

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
identifier vmx;
position p;
@@
-pin_controls_set@p
+hv_timer_pin_controls_set
 	(vmx, vmx_pin_based_exec_ctrl(vmx))

@pin_base__toggles depends on toggles || toggles_single || toggles_early@
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

@pin_set__toggles depends on toggles || toggles_single || toggles_early@
identifier vmx;
position p;
@@
-vmcs_write32@p(PIN_BASED_VM_EXEC_CONTROL, vmx_pin_based_exec_ctrl(vmx))
+hv_timer_pin_controls_set(vmx, vmx_pin_based_exec_ctrl(vmx))
