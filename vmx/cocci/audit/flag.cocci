// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that the soft-disabled flag is the unit's: but for being cleared where a
// VMCS is made, nobody reads or writes it, and nothing is left of the flag of
// kernels that toggle, or of KVM's own rate.
//
// places: soft-disables audit_flag 0
// places: soft-disables audit_armed 0
// places: soft-disables audit_rate 0
// places: toggles audit_flag 0
// places: toggles audit_armed 0
// places: toggles audit_rate 0
// places: toggles-single audit_flag 0
// places: toggles-single audit_armed 0
// places: toggles-single audit_rate 0
// places: toggles-early audit_flag 0
// places: toggles-early audit_armed 0
// places: toggles-early audit_rate 0

virtual soft_disables, toggles, toggles_single, toggles_early

@audit_flag@
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

@audit_armed@
expression e;
position p;
@@
 e->hv_timer_armed@p

@audit_rate@
symbol cpu_preemption_timer_multi;
position p;
@@
 cpu_preemption_timer_multi@p

@script:python@
p << audit_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_flag")

@script:python@
p << audit_armed.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_armed")

@script:python@
p << audit_rate.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_rate")
