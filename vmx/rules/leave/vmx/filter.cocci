// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: exit.
// Kernel: handle_fastpath_preemption_timer() re-enters the guest on a timer
//	exit taken while soft-disabled. Since 6.9, and in stable kernels that
//	took it back.
// Rule: the unit says whether the exit is spurious, and counts it (B5). The
//	function sees every timer exit, with L2 active too, so that this is the
//	one place to count them.
//
// places: leaves filter 1

virtual leaves

@filter depends on leaves@
expression vmx;
position p;
@@
 handle_fastpath_preemption_timer(...)
 {
 ...
-if@p (unlikely(vmx->loaded_vmcs->hv_timer_soft_disabled))
+if (hv_timer_exit(vmx))
 	return EXIT_FASTPATH_REENTER_GUEST;
 ...
 }

@script:python@
p << filter.p;
@@
for place in p:
	coccilib.report.print_report(place, "filter")
