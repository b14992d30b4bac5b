// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: none; what the other rules of this file stand on.
// Kernel: vmx.c includes vmx.h, which has the vCPU and its VMCSs, since 5.0. Before,
//	it defines them itself, and then the functions that write a VMCS, up to
//	vm_entry_controls_reset_shadow().
// Rule: include the unit after it, or there.
//
// places: soft-disables include 1
// places: toggles include 1
// places: toggles-single include 1
// places: toggles-early include 1

virtual soft_disables, toggles, toggles_single, toggles_early

@include depends on soft_disables || toggles@
position p;
@@
 #include "vmx.h"@p
+#include "hv_timer.h"

@script:python@
p << include.p;
@@
for place in p:
	coccilib.report.print_report(place, "include")

@include_single depends on toggles_single || toggles_early@
position p;
@@
+#include "hv_timer.h"
+
 void vm_entry_controls_reset_shadow@p(...) { ... }

@script:python@
p << include_single.p;
@@
for place in p:
	coccilib.report.print_report(place, "include")
