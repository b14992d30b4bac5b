// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: set-up.
// Origin: 64672c95ea4c (4.8). d264ee0c2ed2 (4.19) uses the self-IPI where the control is
//	missing. 804939ea200 (5.3) adds the 10 s rule. 0aaedada606a (7.3) caps the value (EMR158),
//	in a function of its own.
// Kernel: switches enable_preemption_timer off without a message, and removes the hv-timer
//	operations from the table, which is a pointer up to 5.7.
// Why: the unit decides, and logs it (B7, B8, B11). It gets what KVM knows of the CPU's errata
//	and of Hyper-V, and the kernel's own cap. The kernel still removes the operations, and
//	must do so (B6). Its self-IPI for forced exits must be there, too.
//
// places: setup 1 in vmx hardware_setup vmx_hardware_setup vmx_setup_preemption_timer: the decision whether the timer is used
// places: setup_ops 2 in vmx hardware_setup vmx_hardware_setup vmx_setup_preemption_timer: set_hv_timer and cancel_hv_timer taken out of the ops table when the timer is off

@evmcs_key@
symbol enable_evmcs;
@@
 static_branch_unlikely(&enable_evmcs)

@evmcs_function@
@@
 kvm_is_using_evmcs()

@setup depends on soft_disables@
symbol true, false, enable_preemption_timer, cpu_preemption_timer_multi, vmcs_config, tsc_khz;
identifier freq, msr;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	enable_preemption_timer = false;
-if (enable_preemption_timer) {
-	u64 freq = 5000ULL * 1000 * 1000;
(
-	cpu_preemption_timer_multi = vmcs_config.misc & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
|
-	cpu_preemption_timer_multi = vmx_misc_preemption_timer_rate(vmcs_config.misc);
|
-	u64 msr;
-	rdmsrl(MSR_IA32_VMX_MISC, msr);
-	cpu_preemption_timer_multi = msr & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
)
-	if (tsc_khz)
-		freq = (u64)tsc_khz * 1000;
-	freq >>= cpu_preemption_timer_multi;
-	if (freq > 0xffffffffu / 10)
-		enable_preemption_timer = false;
-}
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
 if (!enable_preemption_timer) { ... }

// 7.3: the unit gets the kernel's own cap.
@setup__cap depends on soft_disables@
symbol true, false, enable_preemption_timer, cpu_preemption_timer_multi, vmcs_config, tsc_khz;
symbol preemption_timer_max_value;
identifier freq;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	enable_preemption_timer = false;
-if (enable_preemption_timer) {
-	u64 freq = 5000ULL * 1000 * 1000;
-	cpu_preemption_timer_multi = vmx_misc_preemption_timer_rate(vmcs_config.misc);
-	preemption_timer_max_value = calc_preemption_timer_max_value();
-	if (tsc_khz)
-		freq = (u64)tsc_khz * 1000;
-	freq >>= cpu_preemption_timer_multi;
-	if (freq > preemption_timer_max_value / 10)
-		enable_preemption_timer = false;
-}
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, calc_preemption_timer_max_value());
 if (!enable_preemption_timer) { ... }

// What VARIANT=toggle makes of a later source.
@setup__argument depends on toggles@
symbol false, enable_preemption_timer, cpu_preemption_timer_multi, vmcs_config;
identifier msr;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	enable_preemption_timer = false;
-if (enable_preemption_timer) {
(
-	cpu_preemption_timer_multi = vmcs_config.misc & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
|
-	cpu_preemption_timer_multi = vmx_misc_preemption_timer_rate(vmcs_config.misc);
|
-	u64 msr;
-	rdmsrl(MSR_IA32_VMX_MISC, msr);
-	cpu_preemption_timer_multi = msr & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
)
-}
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
 if (!enable_preemption_timer) { ... }

@setup__operation depends on toggles || toggles_single@
symbol enable_preemption_timer, cpu_preemption_timer_multi, __kvm_request_immediate_exit;
identifier ops, msr;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	ops->request_immediate_exit = __kvm_request_immediate_exit;
-if (cpu_has_vmx_preemption_timer() && enable_preemption_timer) {
-	u64 msr;
-	rdmsrl(MSR_IA32_VMX_MISC, msr);
-	cpu_preemption_timer_multi = msr & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
-} else {
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
+if (!enable_preemption_timer) {
+	ops->request_immediate_exit = __kvm_request_immediate_exit;
 	...
 }

@setup__early depends on toggles_early@
symbol enable_preemption_timer, cpu_preemption_timer_multi;
identifier msr;
position p;
@@
-if@p (cpu_has_vmx_preemption_timer() && enable_preemption_timer) {
-	u64 msr;
-	rdmsrl(MSR_IA32_VMX_MISC, msr);
-	cpu_preemption_timer_multi = msr & VMX_MISC_PREEMPTION_TIMER_RATE_MASK;
-} else {
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
+if (!enable_preemption_timer) {
 	...
 }

@depends on evmcs_key && !evmcs_function@
symbol HV_TIMER_USING_EVMCS;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	static_branch_unlikely(&enable_evmcs)
 , ...)

@depends on evmcs_function@
symbol HV_TIMER_USING_EVMCS;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	kvm_is_using_evmcs()
 , ...)

@depends on !evmcs_key && !evmcs_function@
symbol HV_TIMER_USING_EVMCS;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	false
 , ...)

@setup_ops depends on setup || setup__cap || setup__argument || setup__operation || setup__early@
symbol enable_preemption_timer;
expression ops;
identifier op = { set_hv_timer, cancel_hv_timer };
position p;
@@
 if (!enable_preemption_timer) {
 	<+...
(
 	ops.op@p = NULL;
|
 	ops->op@p = NULL;
)
 	...+>
 }
