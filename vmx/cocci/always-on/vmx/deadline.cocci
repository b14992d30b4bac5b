// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming, the deadline.
// Kernel: vmx_set_hv_timer() turns a guest's TSC deadline into one of the
//	host's: less the advance (4.17 and later), converted by the TSC scaling
//	ratio, refused with -ERANGE when it does not fit in the timer.
// Rule: the arithmetic is the unit's. Beyond what the kernel checks, it refuses
//	a deadline behind the wrap of the TSC, or equal to the value that means
//	"no deadline".
//
// places: soft-disables deadline_delta 1
// places: soft-disables deadline_scale 1
// places: soft-disables deadline_scale_helper 1
// places: soft-disables deadline_fits 1
// places: toggles deadline_delta 1
// places: toggles deadline_scale 1
// places: toggles deadline_scale_helper 1
// places: toggles deadline_fits 1
// places: toggles-single deadline_delta 1
// places: toggles-single deadline_scale 1
// places: toggles-single deadline_scale_helper 1
// places: toggles-single deadline_fits 1
// places: toggles-early deadline_delta 1
// places: toggles-early deadline_scale 1
// places: toggles-early deadline_scale_helper 1
// places: toggles-early deadline_fits 1

virtual soft_disables, toggles, toggles_single, toggles_early

@deadline_delta@
expression delta, deadline, now, advance;
position p;
@@
-delta =@p max(deadline, now) - now;
 ...
 advance = nsec_to_cycles(...);
-if (delta > advance)
-	delta -= advance;
-else
-	delta = 0;
+delta = hv_timer_guest_delta(deadline, now, advance);

@deadline_delta_plain depends on !deadline_delta && toggles_early@
type T;
identifier delta;
expression deadline, now;
position p;
@@
-T delta =@p max(deadline, now) - now;
+T delta = hv_timer_guest_delta(deadline, now, 0);

@deadline_scale@
position p;
@@
 vmx_set_hv_timer(...)
 {
 <+...
-u64_shl_div_u64@p
+hv_timer_scale
 	(...)
 ...+>
 }

@deadline_scale_helper depends on deadline_scale@
position p;
@@
-u64_shl_div_u64@p(...) { ... }

@deadline_fits@
symbol cpu_preemption_timer_multi;
expression vmx, delta, now;
position p;
@@
-if@p (delta >> (cpu_preemption_timer_multi + 32))
+if (hv_timer_set_deadline(vmx, now, delta))
 	return -ERANGE;
-vmx->hv_deadline_tsc = now + delta;

@script:python@
p << deadline_delta.p;
@@
for place in p:
	coccilib.report.print_report(place, "deadline_delta")

@script:python@
p << deadline_scale.p;
@@
for place in p:
	coccilib.report.print_report(place, "deadline_scale")

@script:python@
p << deadline_scale_helper.p;
@@
for place in p:
	coccilib.report.print_report(place, "deadline_scale_helper")

@script:python@
p << deadline_fits.p;
@@
for place in p:
	coccilib.report.print_report(place, "deadline_fits")

@script:python@
p << deadline_delta_plain.p;
@@
for place in p:
	coccilib.report.print_report(place, "deadline_delta")
