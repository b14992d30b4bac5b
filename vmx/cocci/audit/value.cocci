// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that nobody but the unit writes the timer value: no call takes the field
// except to read it, and to list it in the tables of vmcs12 and of the shadow
// VMCS (which no VM entry uses).
//
// places: soft-disables audit_value 0
// places: toggles audit_value 0
// places: toggles-single audit_value 0
// places: toggles-early audit_value 0

virtual soft_disables, toggles, toggles_single, toggles_early

@audit_value@
identifier fn != { vmcs_read32, FIELD, SHADOW_FIELD_RW };
position p;
@@
 fn@p(..., VMX_PREEMPTION_TIMER_VALUE, ...)

@script:python@
p << audit_value.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_value")
