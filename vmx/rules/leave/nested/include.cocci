// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: none; what the other rules of this file stand on.
// Kernel: nested.c includes vmx.h, which has the vCPU and its VMCSs, since 5.0.
// Rule: include the unit after it.
//
// places: leaves include 1

virtual leaves

@include depends on leaves@
position p;
@@
 #include "vmx.h"@p
+#include "hv_timer.h"

@script:python@
p << include.p;
@@
for place in p:
	coccilib.report.print_report(place, "include")
