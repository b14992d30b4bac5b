// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming, the flag.
// Kernel: struct loaded_vmcs has a soft-disabled flag, since 5.3.
// Rule: an armed flag instead, as before: whether the control is set in this
//	VMCS.
//
// places: soft-disables state_flag 1

virtual soft_disables

@state_flag depends on soft_disables@
position p;
@@
 struct loaded_vmcs {
 	...
-	bool hv_timer_soft_disabled@p;
+	bool hv_timer_armed;
 	...
 };

@script:python@
p << state_flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "state_flag")
