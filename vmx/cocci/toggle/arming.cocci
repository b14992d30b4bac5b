// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming.
// Origin: d264ee0c2ed2 (4.19), undone by 804939ea200 (5.3).
// Kernel: vmx_update_hv_timer() writes the timer value and nothing else. With the timer off, a
//	forced exit is a self-IPI.
// Why: as before 5.3. A deadline or a forced exit sets the control if it is clear; an entry
//	with neither clears it if it is set. Forced exits use the timer with preemption_timer=0
//	too, if the CPU has it.
//
// places: arming 1 in vmx vmx_update_hv_timer: the code that writes the timer value before VM entry
// places: arming_flag 1 in vmx alloc_loaded_vmcs: where a VMCS's flag is cleared
// places: arming_force 1 in vmx vmx_vcpu_run: the call of the function that arms the timer

@arming depends on soft_disables@
symbol true, false, preemption_timer_max_value;
expression force, delta;
identifier vmx;
position p;
@@
 if@p (force) {
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, 0);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
+	vmx_arm_hv_timer(vmx, 0);
 } else if (vmx->hv_deadline_tsc != -1) {
 	...
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, delta);
-	vmx->loaded_vmcs->hv_timer_soft_disabled = false;
+	vmx_arm_hv_timer(vmx, delta);
-} else if (!vmx->loaded_vmcs->hv_timer_soft_disabled) {
(
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
|
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, preemption_timer_max_value);
)
-	vmx->loaded_vmcs->hv_timer_soft_disabled = true;
+} else if (vmx->loaded_vmcs->hv_timer_armed) {
+	vmcs_clear_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
+	vmx->loaded_vmcs->hv_timer_armed = false;
 }

@depends on arming@
@@
+static void vmx_arm_hv_timer(struct vcpu_vmx *vmx, u32 value)
+{
+	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, value);
+	if (vmx->loaded_vmcs->hv_timer_armed)
+		return;
+
+	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER);
+	vmx->loaded_vmcs->hv_timer_armed = true;
+}
+
 static void vmx_update_hv_timer(...)
 {
 <+...
 vmx_arm_hv_timer(...);
 ...+>
 }

@arming_flag depends on soft_disables@
symbol false;
identifier vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 ...
-vmcs->hv_timer_soft_disabled =@p false;
+vmcs->hv_timer_armed = false;
 ...
 }

@arming_force depends on soft_disables@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
-if@p (enable_preemption_timer)
+if (cpu_has_vmx_preemption_timer())
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@arming_force__operation depends on soft_disables && !arming_force@
symbol enable_preemption_timer;
identifier vcpu;
position p;
@@
-if@p (enable_preemption_timer)
+if (cpu_has_vmx_preemption_timer())
 	vmx_update_hv_timer(vcpu);

@depends on arming_force__operation@
symbol enable_preemption_timer;
identifier ops;
@@
 if (!enable_preemption_timer) {
 	...
(
-	ops.request_immediate_exit = __kvm_request_immediate_exit;
+	if (!cpu_has_vmx_preemption_timer())
+		ops.request_immediate_exit = __kvm_request_immediate_exit;
|
-	ops->request_immediate_exit = __kvm_request_immediate_exit;
+	if (!cpu_has_vmx_preemption_timer())
+		ops->request_immediate_exit = __kvm_request_immediate_exit;
)
 }
