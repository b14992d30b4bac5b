// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming.
// Kernel: vmx_update_hv_timer() writes the timer value before VM entry: 0 for a
//	forced exit, what is left for a deadline, else once the largest value.
//	Since 5.3. The forced exit is a field of the vCPU before 6.9, an argument
//	since. Before 5.3, it sets the control by vmx_arm_hv_timer() where it is
//	not set, and clears it where there is neither. Before 4.19, when the
//	operations set and clear the control, vmx_arm_hv_timer() is the whole, and
//	there is no forced exit by the timer.
// Rule: the unit does it, and nobody sets or clears the control. The locals that
//	only the old code used go, and so does the rate, which the unit keeps.
//
// places: soft-disables arming 1
// places: soft-disables arming_locals 2
// places: soft-disables arming_rate 1
// places: toggles arming 1
// places: toggles arming_setter 1
// places: toggles arming_locals 2
// places: toggles arming_rate 1
// places: toggles-single arming 1
// places: toggles-single arming_setter 1
// places: toggles-single arming_locals 2
// places: toggles-single arming_rate 1
// places: toggles-early arming 1
// places: toggles-early arming_setter 1
// places: toggles-early arming_clearer 1
// places: toggles-early arming_locals 2
// places: toggles-early arming_rate 1

virtual soft_disables, toggles, toggles_single, toggles_early

@arming depends on soft_disables@
symbol true, false;
expression force;
expression vmx;
position p;
@@
-if@p (force) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
-} else if (vmx->hv_deadline_tsc != -1) {
-	...
-} else if (!vmx->loaded_vmcs->hv_timer_soft_disabled) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = true;
-}
+hv_timer_enter(vmx, force);

@arming_chain depends on toggles@
symbol false;
expression force, delta;
expression vmx;
position p;
@@
-if@p (force) {
-	vmx_arm_hv_timer(vmx, 0);
-} else if (vmx->hv_deadline_tsc != -1) {
-	...
-	vmx_arm_hv_timer(vmx, delta);
-} else if (vmx->loaded_vmcs->hv_timer_armed) {
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-	vmx->loaded_vmcs->hv_timer_armed = false;
-}
+hv_timer_enter(vmx, force);

@arming_returns depends on toggles || toggles_single@
symbol false;
expression force, delta;
expression vmx;
position p;
@@
-if@p (force) {
-	vmx_arm_hv_timer(vmx, 0);
-	return;
-}
-if (vmx->hv_deadline_tsc != -1) {
-	...
-	vmx_arm_hv_timer(vmx, delta);
-	return;
-}
-if (vmx->loaded_vmcs->hv_timer_armed)
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-vmx->loaded_vmcs->hv_timer_armed = false;
+hv_timer_enter(vmx, force);

@arming_setter depends on arming_chain || arming_returns@
symbol true;
identifier vmx, value;
position p;
@@
-static void vmx_arm_hv_timer@p(struct vcpu_vmx *vmx, u32 value)
-{
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, value);
(
-	if (!vmx->loaded_vmcs->hv_timer_armed)
-		vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
|
-	if (vmx->loaded_vmcs->hv_timer_armed)
-		return;
-	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
)
-	vmx->loaded_vmcs->hv_timer_armed = true;
-}

@arming_early depends on toggles_early@
symbol false;
expression delta;
expression vmx;
position p;
@@
 vmx_arm_hv_timer(...)
 {
 ...
-if@p (vmx->hv_deadline_tsc == -1)
-	return;
-...
-vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta);
+hv_timer_enter(vmx, false);
 }

@arming_setter_early depends on toggles_early@
position p;
@@
 vmx_set_hv_timer(...)
 {
 <+...
-vmcs_set_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
 ...+>
 }

@arming_clearer_early depends on toggles_early@
position p;
@@
 vmx_cancel_hv_timer(...)
 {
 ...
-vmcs_clear_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
 ...
 }

@arming_locals depends on arming || arming_chain || arming_returns || arming_early@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
type T;
identifier x;
position p;
@@
 fn(...)
 {
 ... when any
-T x@p;
 ... when != x
 }

@arming_rate depends on arming || arming_chain || arming_returns || arming_early@
symbol cpu_preemption_timer_multi;
type T;
position p;
@@
-T cpu_preemption_timer_multi@p;

@script:python@
p << arming.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_locals.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_locals")

@script:python@
p << arming_rate.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_rate")

@script:python@
p << arming_chain.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_returns.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_setter.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_setter")

@script:python@
p << arming_setter_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_setter")

@script:python@
p << arming_clearer_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_clearer")
