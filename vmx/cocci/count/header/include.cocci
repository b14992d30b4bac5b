// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: VMWRITE and VMPTRLD, in a measuring build.
// Kernel: vmx.h includes the functions that write and load a VMCS, since 5.0, and
//	uses some of them; ops.h was the name at first. Before, vmx.c defines them,
//	vmcs_set_bits() last, and uses them from there on.
// Rule: count what goes through them.
//
// places: soft-disables count_include 1
// places: toggles count_include 1
// places: toggles-single count_include 1
// places: toggles-early count_include 1

virtual soft_disables, toggles, toggles_single, toggles_early

@count_include depends on soft_disables || toggles@
position p;
@@
 #include "vmx_ops.h"@p
+#include "hv_timer_count.h"

@count_include_ops depends on toggles && !count_include@
position p;
@@
 #include "ops.h"@p
+#include "hv_timer_count.h"

@count_include_single depends on toggles_single || toggles_early@
position p;
@@
 void vmcs_set_bits@p(...) { ... }
+
+#include "hv_timer_count.h"

@script:python@
p << count_include.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_include")

@script:python@
p << count_include_ops.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_include")

@script:python@
p << count_include_single.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_include")
