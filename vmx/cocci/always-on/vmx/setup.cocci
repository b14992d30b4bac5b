// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: set-up.
// Kernel: hardware_setup() switches enable_preemption_timer off where the
//	control is missing or the full count lasts under 10 s, without a word,
//	and then takes the hv-timer operations out of the table. Since 5.3. Before,
//	there is no 10 s rule, and forced exits are the timer's unless the control
//	is missing; before 4.19 they never are.
// Rule: the unit decides and says so (B7, B8). What KVM knows of the CPU's
//	errata and of Hyper-V is handed over. Taking the operations out stays
//	the kernel's, and has to be there (B6), and so does the kernel's own
//	self-IPI for forced exits.
//
// places: soft-disables setup 1
// places: soft-disables setup_ops 2
// places: toggles setup 1
// places: toggles setup_ops 2
// places: toggles-single setup 1
// places: toggles-single setup_ops 2
// places: toggles-early setup 1
// places: toggles-early setup_ops 2

virtual soft_disables, toggles, toggles_single, toggles_early

@evmcs_key@
symbol enable_evmcs;
@@
 static_branch_unlikely(&enable_evmcs)

@evmcs_function@
@@
 kvm_is_using_evmcs()

@setup depends on soft_disables@
symbol true, false, enable_preemption_timer, cpu_preemption_timer_multi;
expression freq, limit;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	enable_preemption_timer = false;
-if (enable_preemption_timer) {
-	...
(
-	cpu_preemption_timer_multi = <+... VMX_MISC_PREEMPTION_TIMER_RATE_MASK ...+>;
|
-	cpu_preemption_timer_multi = vmx_misc_preemption_timer_rate(...);
)
-	...
-	if (freq > limit / 10)
-		enable_preemption_timer = false;
-}
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
 if (!enable_preemption_timer) { ... }

// What the toggle variant makes of a soft-disables source.
@setup_argument depends on toggles@
symbol false, enable_preemption_timer, cpu_preemption_timer_multi;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	enable_preemption_timer = false;
-if (enable_preemption_timer) {
-	...
(
-	cpu_preemption_timer_multi = <+... VMX_MISC_PREEMPTION_TIMER_RATE_MASK ...+>;
|
-	cpu_preemption_timer_multi = vmx_misc_preemption_timer_rate(...);
)
-}
+enable_preemption_timer =
+	hv_timer_setup(enable_preemption_timer,
+		       vmcs_config.pin_based_exec_ctrl,
+		       cpu_has_broken_vmx_preemption_timer(),
+		       HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP);
 if (!enable_preemption_timer) { ... }

@setup_operation depends on toggles || toggles_single@
symbol enable_preemption_timer, cpu_preemption_timer_multi, __kvm_request_immediate_exit;
expression ops;
position p;
@@
-if@p (!cpu_has_vmx_preemption_timer())
-	ops->request_immediate_exit = __kvm_request_immediate_exit;
-if (cpu_has_vmx_preemption_timer() && enable_preemption_timer) {
-	...
-	cpu_preemption_timer_multi = <+... VMX_MISC_PREEMPTION_TIMER_RATE_MASK ...+>;
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

@setup_early depends on toggles_early@
symbol enable_preemption_timer, cpu_preemption_timer_multi;
position p;
@@
-if@p (cpu_has_vmx_preemption_timer() && enable_preemption_timer) {
-	...
-	cpu_preemption_timer_multi = <+... VMX_MISC_PREEMPTION_TIMER_RATE_MASK ...+>;
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
symbol HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	static_branch_unlikely(&enable_evmcs)
 	, HV_TIMER_NO_CAP)

@depends on evmcs_function@
symbol HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	kvm_is_using_evmcs()
 	, HV_TIMER_NO_CAP)

@depends on !evmcs_key && !evmcs_function@
symbol HV_TIMER_USING_EVMCS, HV_TIMER_NO_CAP;
@@
 hv_timer_setup(...,
-	HV_TIMER_USING_EVMCS
+	false
 	, HV_TIMER_NO_CAP)

@setup_ops depends on setup || setup_argument@
symbol enable_preemption_timer;
identifier ops;
identifier op = { set_hv_timer, cancel_hv_timer };
position p;
@@
 if (!enable_preemption_timer) {
 	<+...
 	ops.op@p = NULL;
 	...+>
 }

@setup_ops_pointer depends on setup_operation || setup_early@
symbol enable_preemption_timer;
expression ops;
identifier op = { set_hv_timer, cancel_hv_timer };
position p;
@@
 if (!enable_preemption_timer) {
 	<+...
 	ops->op@p = NULL;
 	...+>
 }

@script:python@
p << setup.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup")

@script:python@
p << setup_ops.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup_ops")

@script:python@
p << setup_argument.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup")

@script:python@
p << setup_operation.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup")

@script:python@
p << setup_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup")

@script:python@
p << setup_ops_pointer.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup_ops")
