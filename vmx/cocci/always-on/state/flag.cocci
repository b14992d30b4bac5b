// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming, the flag; and the shadow of the pin controls.
// Kernel: struct loaded_vmcs keeps for each VMCS whether the control is set, since
//	4.19; before, nothing. It has a soft-disabled flag and a shadow of the pin
//	controls since 5.3.
// Rule: have both where there are neither (B1, B2).
//
// places: toggles state_flag 1
// places: toggles-single state_flag 1
// places: toggles-early state_flag 1

virtual toggles, toggles_single, toggles_early

@state_flag depends on toggles || toggles_single@
position p;
@@
+#define HV_TIMER_PIN_SHADOW
 struct loaded_vmcs {
 	...
-	bool hv_timer_armed@p;
+	bool hv_timer_soft_disabled;
+	u32 hv_timer_pin_controls;
 	...
 };

@state_flag_early depends on toggles_early@
position p;
@@
+#define HV_TIMER_PIN_SHADOW
 struct loaded_vmcs {
 	...
 	bool launched@p;
+	bool hv_timer_soft_disabled;
+	u32 hv_timer_pin_controls;
 	...
 };

@script:python@
p << state_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "state_flag")

@script:python@
p << state_flag_early.p;
@@
for place in p:
	coccilib.report.print_report(place, "state_flag")
