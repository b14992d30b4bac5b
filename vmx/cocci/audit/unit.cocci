// SPDX-License-Identifier: GPL-2.0-only
//
// Audit: every call of the unit is there. A source without one would compile and pass
// audit/mentions. No other code arms the timer. No other code changes vmcs02's pin controls
// after they are made and before they are written.
//
// places: audit_exit 1 in vmx: the call of hv_timer_exit()
// places: audit_enter 1 in vmx: the call of hv_timer_enter()
// places: audit_setup 1 in vmx: the call of hv_timer_setup()
// places: audit_vmcs 0, toggles 1, toggles-single 1, toggles-early 1-2 in vmx: the call of hv_timer_vmcs_init()
// places: audit_life 2 in vmx: the calls of hv_timer_debugfs_create() and hv_timer_debugfs_remove()
// places: audit_off 1, toggles 0-1, toggles-single 0, toggles-early 0 in vmx: the function that arms the timer called only when the timer is on
// places: audit_forced 0 in vmx: a forced exit by the timer whether it is on or not
// places: audit_caller 1 in vmx: any call of the function that arms the timer
// places: audit_base 1 in vmx vmx_pin_based_exec_ctrl: the timer bit in the base of the pin controls
// places: audit_nested 0 in nested prepare_vmcs02_early prepare_vmcs02: another change of vmcs02's pin controls

@audit_exit@
position p;
@@
 hv_timer_exit@p(...)

@audit_enter@
position p;
@@
 hv_timer_enter@p(...)

@audit_setup@
position p;
@@
 hv_timer_setup@p(...)

@audit_vmcs@
position p;
@@
 hv_timer_vmcs_init@p(...)

@audit_life@
identifier fn = { hv_timer_debugfs_create, hv_timer_debugfs_remove };
position p;
@@
 fn@p(...)

@audit_off@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
statement S;
position p;
@@
(
 if@p (hv_timer_in_use())
 	fn(...);
 else S
|
 if@p (hv_timer_in_use())
 	fn(...);
)

@chosen@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
expression e, force;
statement S;
position q;
@@
 if (hv_timer_in_use())
 	fn@q(e, force);
 else S

@audit_forced@
identifier fn = { vmx_update_hv_timer };
expression e, force;
position p != chosen.q;
@@
 fn@p(e, force)

@audit_caller@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
expression e;
position p;
@@
(
 fn@p(e)
|
 fn@p(e, ...)
)

@audit_base@
position p;
@@
 vmx_pin_based_exec_ctrl(...)
 {
 <+...
 PIN_BASED_VMX_PREEMPTION_TIMER@p
 ...+>
 }

@known@
identifier ctrl;
expression e;
position q;
@@
(
 ctrl =@q hv_timer_pin_controls(...)
|
 ctrl =@q __pin_controls_get(...)
|
 ctrl =@q vmx_pin_based_exec_ctrl(...)
|
 ctrl |=@q (e & ~PIN_BASED_VMX_PREEMPTION_TIMER)
|
 ctrl |=@q PIN_BASED_POSTED_INTR
|
 ctrl &=@q ~PIN_BASED_POSTED_INTR
)

@audit_nested exists@
identifier fn = { prepare_vmcs02, prepare_vmcs02_early };
identifier ctrl;
assignment operator op;
expression e, vmx;
position p != known.q;
@@
 fn(...)
 {
 ... when any
 ctrl op@p e
 ... when any
 hv_timer_pin_controls_set(vmx, ctrl)
 ... when any
 }
