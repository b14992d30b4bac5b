// SPDX-License-Identifier: GPL-2.0-only
//
// Sees every mention that the audits are about, so that what spatch
// could not parse is noticed. The text that it has to match:
//
// text: \<\(PIN_BASED_VMX_PREEMPTION_TIMER\|VMX_PREEMPTION_TIMER_VALUE\|PIN_BASED_VM_EXEC_CONTROL\|hv_timer_soft_disabled\|hv_timer_armed\)\>

@constants@
position p;
@@
(
 PIN_BASED_VMX_PREEMPTION_TIMER@p
|
 VMX_PREEMPTION_TIMER_VALUE@p
|
 PIN_BASED_VM_EXEC_CONTROL@p
)

@fields@
expression e;
position p;
@@
(
 e->hv_timer_soft_disabled@p
|
 e->hv_timer_armed@p
)

// Where struct loaded_vmcs is in the same file.
@member@
type T;
position p;
@@
 struct loaded_vmcs {
 	...
(
 	T hv_timer_soft_disabled@p;
|
 	T hv_timer_armed@p;
)
 	...
 };

@script:python@
p << constants.p;
@@
for place in p:
	coccilib.report.print_report(place, "mention")

@script:python@
p << fields.p;
@@
for place in p:
	coccilib.report.print_report(place, "mention")

@script:python@
p << member.p;
@@
for place in p:
	coccilib.report.print_report(place, "mention")
