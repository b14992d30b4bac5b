// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: VMWRITE and VMPTRLD, in a measuring build.
// Kernel: vmx.h includes the functions that write and load a VMCS, since 5.0, and
//	uses some of them.
// Rule: count what goes through them.
//
// places: leaves count_include 1

virtual leaves

@count_include depends on leaves@
position p;
@@
 #include "vmx_ops.h"@p
+#include "hv_timer_count.h"

@script:python@
p << count_include.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_include")
