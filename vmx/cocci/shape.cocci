// SPDX-License-Identifier: GPL-2.0-only
//
// Looks which shape a source has, by what KVM keeps and does of the timer: a
// soft-disabled flag for each VMCS (soft-disables, 5.3 and later); an armed flag, which
// goes with setting and clearing the control (toggles, about 4.19 to 5.2); or no
// flag, and the operations set the control themselves (toggles-early, 4.8 to about
// 4.18). Applied to the file that defines struct loaded_vmcs, and to vmx.c.

@soft_disables@
type T;
position p;
@@
 struct loaded_vmcs {
 	...
 	T hv_timer_soft_disabled@p;
 	...
 };

@toggles@
type T;
position p;
@@
 struct loaded_vmcs {
 	...
 	T hv_timer_armed@p;
 	...
 };

@early exists@
position p;
@@
 vmx_set_hv_timer(...)
 {
 ... when any
 vmcs_set_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER)
 ... when any
 }

@script:python@
p << soft_disables.p;
@@
for place in p:
	coccilib.report.print_report(place, "soft-disables")

@script:python@
p << toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "toggles")

@script:python@
p << early.p;
@@
for place in p:
	coccilib.report.print_report(place, "toggles-early")
