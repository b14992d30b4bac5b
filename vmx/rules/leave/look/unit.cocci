// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that nothing of the unit has been left out: what would neither fail to
// compile nor leave a mention behind for the other looking-only rules. And that
// nobody else arms the timer, or changes the pin controls between where they are
// made and where they are written.
//
// places: leaves look_filter 1
// places: leaves look_init 0
// places: leaves look_life 2
// places: leaves look_off 1
// places: leaves look_caller 1
// places: leaves look_base 1
// places: leaves look_nested 0
// places: toggles look_filter 1
// places: toggles look_init 1
// places: toggles look_life 2
// places: toggles look_off 1
// places: toggles look_caller 1
// places: toggles look_base 1
// places: toggles look_nested 0
// places: toggles-single look_filter 1
// places: toggles-single look_init 1
// places: toggles-single look_life 2
// places: toggles-single look_off 1
// places: toggles-single look_caller 1
// places: toggles-single look_base 1
// places: toggles-single look_nested 0
// places: toggles-early look_filter 1
// places: toggles-early look_init 1
// places: toggles-early look_life 2
// places: toggles-early look_off 1
// places: toggles-early look_caller 1
// places: toggles-early look_base 1
// places: toggles-early look_nested 0

virtual leaves, toggles, toggles_single, toggles_early

@look_filter@
position p;
@@
 hv_timer_exit@p(...)

@look_init@
position p;
@@
 hv_timer_vmcs_init@p(...)

@look_life@
identifier fn = { hv_timer_debugfs_create, hv_timer_debugfs_remove };
position p;
@@
 fn@p(...)

@look_off@
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

@look_caller@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
expression e;
position p;
@@
(
 fn@p(e)
|
 fn@p(e, ...)
)

@look_base@
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

@look_nested exists@
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
p << look_filter.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_filter")

@script:python@
p << look_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_init")

@script:python@
p << look_life.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_life")

@script:python@
p << look_off.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_off")

@script:python@
p << look_caller.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_caller")

@script:python@
p << look_base.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_base")

@script:python@
p << look_nested.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_nested")
