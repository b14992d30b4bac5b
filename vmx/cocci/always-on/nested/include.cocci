// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: none; what the other rules of this file stand on.
// Kernel: nested.c includes vmx.h, which has the vCPU and its VMCSs, or had it from
//	its own nested.h at first. Since 5.0.
// Rule: include the unit after it.
//
// places: soft-disables include 1
// places: toggles include 1

virtual soft_disables, toggles

@include depends on soft_disables || toggles@
position p;
@@
 #include "vmx.h"@p
+#include "hv_timer.h"

@include_by_nested depends on toggles && !include@
position p;
@@
 #include "nested.h"@p
+#include "hv_timer.h"

@script:python@
p << include.p;
@@
for place in p:
	coccilib.report.print_report(place, "include")

@script:python@
p << include_by_nested.p;
@@
for place in p:
	coccilib.report.print_report(place, "include")
