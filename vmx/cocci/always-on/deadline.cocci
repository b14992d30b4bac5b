// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: the deadline.
// Origin: 64672c95ea4c (4.8). c5ce8235cffa (4.18, stable kernels) takes the advance off.
//	0aaedada606a (7.3) refuses by the highest value that the CPU gets right.
// Kernel: vmx_set_hv_timer() converts a guest's TSC deadline to the host's TSC: less the
//	advance, divided by the TSC scaling ratio, refused with -ERANGE if the timer can't hold
//	it.
// Why: the arithmetic is the unit's (B3). It refuses what the kernel refuses, and what needs a
//	value above the cap (B11).
//
// places: deadline_delta 1 in vmx vmx_set_hv_timer: how the guest's TSC deadline becomes a distance
// places: deadline_scale 1 in vmx vmx_set_hv_timer: the conversion by u64_shl_div_u64()
// places: deadline_fits 1 in vmx vmx_set_hv_timer: the check whether the timer can hold the deadline, and the assignment of hv_deadline_tsc behind it

@deadline_delta@
identifier delta, deadline, now, advance;
expression vcpu, ns;
position p;
@@
-delta =@p max(deadline, now) - now;
 advance = nsec_to_cycles(vcpu, ns);
-if (delta > advance)
-	delta -= advance;
-else
-	delta = 0;
+delta = hv_timer_guest_delta(deadline, now, advance);

@deadline_delta__statement depends on !deadline_delta && toggles_early@
identifier delta, deadline, now;
position p;
@@
-delta =@p max(deadline, now) - now;
+delta = hv_timer_guest_delta(deadline, now, 0);

@deadline_delta__declaration depends on !deadline_delta && toggles_early@
identifier delta, deadline, now;
position p;
@@
-u64 delta =@p max(deadline, now) - now;
+u64 delta = hv_timer_guest_delta(deadline, now, 0);

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

@deadline_fits@
symbol cpu_preemption_timer_multi, preemption_timer_max_value;
identifier vmx, delta, now;
position p;
@@
(
-if@p (delta >> (cpu_preemption_timer_multi + 32))
+if (hv_timer_set_deadline(vmx, now, delta))
 	return -ERANGE;
|
-if@p ((delta >> cpu_preemption_timer_multi) > preemption_timer_max_value)
+if (hv_timer_set_deadline(vmx, now, delta))
 	return -ERANGE;
)
-vmx->hv_deadline_tsc = now + delta;
