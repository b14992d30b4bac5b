// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that the soft-disabled flag is the unit's: but for being cleared where a
// VMCS is made, nobody reads or writes it, and nothing is left of the flag of
// kernels that toggle, or of KVM's own rate.
//
// places: leaves look_flag 0
// places: leaves look_armed 0
// places: leaves look_rate 0
// places: toggles look_flag 0
// places: toggles look_armed 0
// places: toggles look_rate 0
// places: toggles-single look_flag 0
// places: toggles-single look_armed 0
// places: toggles-single look_rate 0
// places: toggles-early look_flag 0
// places: toggles-early look_armed 0
// places: toggles-early look_rate 0

virtual leaves, toggles, toggles_single, toggles_early

@look_flag@
identifier fn != alloc_loaded_vmcs;
expression e;
position p;
@@
 fn(...)
 {
 <+...
 e->hv_timer_soft_disabled@p
 ...+>
 }

@look_armed@
expression e;
position p;
@@
 e->hv_timer_armed@p

@look_rate@
symbol cpu_preemption_timer_multi;
position p;
@@
 cpu_preemption_timer_multi@p

@script:python@
p << look_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_flag")

@script:python@
p << look_armed.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_armed")

@script:python@
p << look_rate.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_rate")
