// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that nothing of the unit has been left out: what would neither fail to
// compile nor leave a mention behind for the other audits. And that
// nobody else arms the timer, or changes the pin controls between where they are
// made and where they are written.
//
// places: soft-disables audit_filter 1
// places: soft-disables audit_init 0
// places: soft-disables audit_life 2
// places: soft-disables audit_off 1
// places: soft-disables audit_caller 1
// places: soft-disables audit_base 1
// places: soft-disables audit_nested 0
// places: toggles audit_filter 1
// places: toggles audit_init 1
// places: toggles audit_life 2
// places: toggles audit_off 1
// places: toggles audit_caller 1
// places: toggles audit_base 1
// places: toggles audit_nested 0
// places: toggles-single audit_filter 1
// places: toggles-single audit_init 1
// places: toggles-single audit_life 2
// places: toggles-single audit_off 1
// places: toggles-single audit_caller 1
// places: toggles-single audit_base 1
// places: toggles-single audit_nested 0
// places: toggles-early audit_filter 1
// places: toggles-early audit_init 1
// places: toggles-early audit_life 2
// places: toggles-early audit_off 1
// places: toggles-early audit_caller 1
// places: toggles-early audit_base 1
// places: toggles-early audit_nested 0

virtual soft_disables, toggles, toggles_single, toggles_early

@audit_filter@
position p;
@@
 hv_timer_exit@p(...)

@audit_init@
position p;
@@
 hv_timer_vmcs_init@p(...)

@audit_life@
identifier fn = { hv_timer_debugfs_create, hv_timer_debugfs_remove };
position p;
@@
 fn@p(...)

@audit_off@
symbol enable_preemption_timer;
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
statement S;
position p;
@@
(
 if@p (enable_preemption_timer)
 	fn(...);
 else S
|
 if@p (enable_preemption_timer)
 	fn(...);
)

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

@script:python@
p << audit_filter.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_filter")

@script:python@
p << audit_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_init")

@script:python@
p << audit_life.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_life")

@script:python@
p << audit_off.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_off")

@script:python@
p << audit_caller.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_caller")

@script:python@
p << audit_base.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_base")

@script:python@
p << audit_nested.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_nested")
