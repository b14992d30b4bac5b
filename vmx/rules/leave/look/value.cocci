// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that nobody but the unit writes the timer value: no call takes the field
// except to read it, and to list it in the tables of vmcs12 and of the shadow
// VMCS (which no VM entry uses).
//
// places: leaves look_value 0
// places: toggles look_value 0
// places: toggles-single look_value 0
// places: toggles-early look_value 0

virtual leaves, toggles, toggles_single, toggles_early

@look_value@
identifier fn != { vmcs_read32, FIELD, SHADOW_FIELD_RW };
position p;
@@
 fn@p(..., VMX_PREEMPTION_TIMER_VALUE, ...)

@script:python@
p << look_value.p;
@@
for place in p:
	coccilib.report.print_report(place, "look_value")
