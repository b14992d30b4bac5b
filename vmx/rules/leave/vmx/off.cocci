// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: arming, the off switch.
// Kernel: with the timer off, a forced exit is a self-IPI. Since 6.9, and in
//	stable kernels that took it back, vmx_vcpu_run() chooses.
// Rule: only looks that it does (B6).
//
// places: leaves off 1

virtual leaves

@off depends on leaves@
symbol enable_preemption_timer;
identifier vcpu, force;
position p;
@@
 if@p (enable_preemption_timer)
 	vmx_update_hv_timer(vcpu, force);
 else if (force)
 	smp_send_reschedule(vcpu->cpu);

@script:python@
p << off.p;
@@
for place in p:
	coccilib.report.print_report(place, "off")
