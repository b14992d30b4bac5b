// SPDX-License-Identifier: GPL-2.0-only
//
// Looks which shape a source has, at the VMCS's state that KVM keeps of the
// timer: a soft-disabled flag (leaves, 5.3 and later) or an armed flag, which
// goes with setting and clearing the control (toggles, before). Applied to the
// file that defines struct loaded_vmcs.

@leaves@
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

@script:python@
p << leaves.p;
@@
for place in p:
	coccilib.report.print_report(place, "leaves")

@script:python@
p << toggles.p;
@@
for place in p:
	coccilib.report.print_report(place, "toggles")
