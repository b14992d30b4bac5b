// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming.
// Kernel: vmx_update_hv_timer() writes the timer value and nothing else, since
//	5.3. With the timer off, a forced exit is a self-IPI.
// Rule: back to before 5.3. A deadline or a forced exit sets the control where it
//	is not set; an entry with neither clears it where it is. Forced exits use
//	the timer with preemption_timer=0 too, where it is there at all.
//
// places: soft-disables arming 1
// places: soft-disables arming_flag 1
// places: soft-disables arming_force 1

virtual soft_disables

@arming depends on soft_disables@
symbol true, false;
expression force, delta;
expression vmx;
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
-	vmcs_write32(VMX_PREEMPTION_TIMER_VALUE, -1);
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
 static void vmx_update_hv_timer(...) { ... }

@arming_flag depends on soft_disables@
expression vmcs;
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

@arming_force_operation depends on soft_disables && !arming_force@
symbol enable_preemption_timer;
identifier vcpu;
position p;
@@
-if@p (enable_preemption_timer)
+if (cpu_has_vmx_preemption_timer())
 	vmx_update_hv_timer(vcpu);

@depends on arming_force_operation@
symbol enable_preemption_timer;
expression ops;
@@
 if (!enable_preemption_timer) {
 	...
-	ops.request_immediate_exit = __kvm_request_immediate_exit;
+	if (!cpu_has_vmx_preemption_timer())
+		ops.request_immediate_exit = __kvm_request_immediate_exit;
 }

@script:python@
p << arming.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming")

@script:python@
p << arming_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_flag")

@script:python@
p << arming_force.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_force")

@script:python@
p << arming_force_operation.p;
@@
for place in p:
	coccilib.report.print_report(place, "arming_force")
