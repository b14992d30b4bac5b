// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: arming, the flag.
// Kernel: alloc_loaded_vmcs() makes every VMCS and clears its soft-disabled
//	flag. Since 5.3.
// Rule: only looks that it does (B2).
//
// places: leaves flag 1

virtual leaves

@flag depends on leaves@
symbol false;
expression vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 ...
 vmcs->hv_timer_soft_disabled =@p false;
 ...
 }

@script:python@
p << flag.p;
@@
for place in p:
	coccilib.report.print_report(place, "flag")
