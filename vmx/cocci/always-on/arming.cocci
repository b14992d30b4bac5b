// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming.
// Origin: 64672c95ea4c (4.8) writes the value in vmx_arm_hv_timer(), and sets and clears the
//	control in the operations. f459a707ed31 (4.19) sets and clears it before VM entry,
//	d264ee0c2ed2 (4.19) adds the forced exit. 804939ea200 (5.3) writes the value only.
//	0ec3d6d1f169 (6.9, stable kernels) makes the forced exit an argument. 0aaedada606a
//	(7.3) soft-disables with the highest value that the CPU gets right.
// Kernel: 0 for a forced exit, what is left for a deadline, else nothing (before 5.3: the
//	control cleared), or once the highest value.
// Why: the unit does all three (B2 to B4), and nobody sets or clears the control (B1). The
//	locals that only the old code used go, and so does the rate, which the unit keeps.
//
// places: arming 1 in vmx vmx_update_hv_timer vmx_arm_hv_timer: the code that writes the timer value before VM entry
// places: arming_set 1, soft-disables 0 in vmx vmx_arm_hv_timer vmx_set_hv_timer: what sets the control
// places: arming_clear 0, toggles-early 1 in vmx vmx_cancel_hv_timer: what clears the control
// places: arming_locals 2 in vmx vmx_update_hv_timer vmx_arm_hv_timer: the local variables tscl and delta_tsc, used by that code alone
// places: arming_rate 1 in vmx: the variable cpu_preemption_timer_multi
// places: arming_max 0-1 in vmx: the variable preemption_timer_max_value

@arming depends on soft_disables@
symbol true, false, cpu_preemption_timer_multi, preemption_timer_max_value;
typedef u32;
expression force;
identifier vmx, now, delta;
position p;
@@
-if@p (force) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
-} else if (vmx->hv_deadline_tsc != -1) {
-	now = rdtsc();
-	if (vmx->hv_deadline_tsc > now)
-		delta = (u32)((vmx->hv_deadline_tsc - now) >> cpu_preemption_timer_multi);
-	else
-		delta = 0;
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
-} else if (!vmx->loaded_vmcs->hv_timer_soft_disabled) {
(
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
|
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, preemption_timer_max_value);
)
-	vmx->loaded_vmcs->hv_timer_soft_disabled = true;
-}
+hv_timer_enter(vmx, force);

// What VARIANT=toggle makes of a later source.
@arming__chain depends on toggles@
symbol false, cpu_preemption_timer_multi;
typedef u32;
expression force;
identifier vmx, now, delta;
position p;
@@
-if@p (force) {
-	vmx_arm_hv_timer(vmx, 0);
-} else if (vmx->hv_deadline_tsc != -1) {
-	now = rdtsc();
-	if (vmx->hv_deadline_tsc > now)
-		delta = (u32)((vmx->hv_deadline_tsc - now) >> cpu_preemption_timer_multi);
-	else
-		delta = 0;
-	vmx_arm_hv_timer(vmx, delta);
-} else if (vmx->loaded_vmcs->hv_timer_armed) {
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-	vmx->loaded_vmcs->hv_timer_armed = false;
-}
+hv_timer_enter(vmx, force);

@arming__returns depends on toggles || toggles_single@
symbol false, cpu_preemption_timer_multi;
typedef u32;
expression force;
identifier vmx, now, delta;
position p;
@@
-if@p (force) {
-	vmx_arm_hv_timer(vmx, 0);
-	return;
-}
-if (vmx->hv_deadline_tsc != -1) {
-	now = rdtsc();
-	if (vmx->hv_deadline_tsc > now)
-		delta = (u32)((vmx->hv_deadline_tsc - now) >> cpu_preemption_timer_multi);
-	else
-		delta = 0;
-	vmx_arm_hv_timer(vmx, delta);
-	return;
-}
-if (vmx->loaded_vmcs->hv_timer_armed)
-	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
-vmx->loaded_vmcs->hv_timer_armed = false;
+hv_timer_enter(vmx, force);

@arming_set depends on arming__chain || arming__returns@
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

@arming__early depends on toggles_early@
symbol cpu_preemption_timer_multi;
typedef u32;
identifier vmx, now, delta;
position p;
@@
 vmx_arm_hv_timer(...)
 {
 ...
-if@p (vmx->hv_deadline_tsc == -1)
-	return;
-now = rdtsc();
-if (vmx->hv_deadline_tsc > now)
-	delta = (u32)((vmx->hv_deadline_tsc - now) >> cpu_preemption_timer_multi);
-else
-	delta = 0;
-vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta);
+hv_timer_enter(vmx, false);
 }

@arming_set__early depends on toggles_early@
position p;
@@
 vmx_set_hv_timer(...)
 {
 <+...
-vmcs_set_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
 ...+>
 }

@arming_clear depends on toggles_early@
position p;
@@
 vmx_cancel_hv_timer(...)
 {
 ...
-vmcs_clear_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
 ...
 }

@arming_locals depends on arming || arming__chain || arming__returns || arming__early@
identifier fn = { vmx_update_hv_timer, vmx_arm_hv_timer };
identifier x = { tscl, delta_tsc };
type T;
position p;
@@
 fn(...)
 {
 ... when any
-T x@p;
 ... when != x
 }

@arming_rate depends on arming || arming__chain || arming__returns || arming__early@
symbol cpu_preemption_timer_multi;
type T;
position p;
@@
-T cpu_preemption_timer_multi@p;

@arming_max depends on arming@
symbol preemption_timer_max_value;
type T;
position p;
@@
-T preemption_timer_max_value@p;
