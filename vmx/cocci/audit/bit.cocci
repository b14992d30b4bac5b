// SPDX-License-Identifier: GPL-2.0-only
//
// Looks that nobody but the base of the pin controls, the set-up and the nested
// code's reading of vmcs12 mentions the timer bit, and that no statement but the
// unit's writes the pin controls of a VMCS that is entered (B1).
//
// places: soft-disables audit_bit 0
// places: soft-disables audit_pin_field 0
// places: soft-disables audit_pin_call 0
// places: toggles audit_bit 0
// places: toggles audit_pin_field 0
// places: toggles audit_pin_call 0
// places: toggles-single audit_bit 0
// places: toggles-single audit_pin_field 0
// places: toggles-single audit_pin_call 0
// places: toggles-early audit_bit 0
// places: toggles-early audit_pin_field 0
// places: toggles-early audit_pin_call 0

virtual soft_disables, toggles, toggles_single, toggles_early

@audit_bit@
identifier fn != {
	setup_vmcs_config,
	evmcs_sanitize_exec_ctrls,
	vmx_pin_based_exec_ctrl,
	prepare_vmcs02_early,
	cpu_has_vmx_preemption_timer,
	nested_cpu_has_preemption_timer,
	vmx_restore_vmx_misc,
	nested_vmx_setup_ctls_msrs,
	nested_vmx_setup_pinbased_ctls
};
position p;
@@
 fn(...)
 {
 <+...
 PIN_BASED_VMX_PREEMPTION_TIMER@p
 ...+>
 }

@audit_pin_field@
identifier fn != { vmcs_read32, FIELD, SHADOW_FIELD_RW };
position p;
@@
 fn@p(..., PIN_BASED_VM_EXEC_CONTROL, ...)

@audit_pin_call@
identifier fn = {
	pin_controls_set,
	pin_controls_setbit,
	pin_controls_clearbit,
	pin_controls_changebit
};
position p;
@@
 fn@p(...)

@script:python@
p << audit_bit.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_bit")

@script:python@
p << audit_pin_field.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_pin_field")

@script:python@
p << audit_pin_call.p;
@@
for place in p:
	coccilib.report.print_report(place, "audit_pin_call")
