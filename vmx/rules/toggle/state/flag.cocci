// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: arming, the flag.
// Kernel: struct loaded_vmcs has a soft-disabled flag, since 5.3.
// Rule: an armed flag instead, as before: whether the control is set in this
//	VMCS.
//
// places: leaves state_flag 1

virtual leaves

@state_flag depends on leaves@
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
