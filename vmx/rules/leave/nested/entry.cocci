// SPDX-License-Identifier: GPL-2.0-only
//
// Seam: nested entry.
// Kernel: prepare_vmcs02_early() makes vmcs02's pin controls of L0's and of
//	vmcs12's, without vmcs12's timer bit: L1's timer is emulated with an
//	hrtimer. L0's come from vmcs01's shadow, or from
//	vmx_pin_based_exec_ctrl(), since 5.3. Posted interrupts that cannot be
//	mapped are taken out again, since 5.9.
// Rule: looks that L0's bit stays and L1's does not leak (B1, B6). The writes go
//	through the unit, which counts those that reach the VMCS.
//
// places: leaves nested_mask 1
// places: leaves nested_set 1
// places: leaves nested_clearbit 1

virtual leaves

@nested_mask depends on leaves@
identifier ctrl;
expression vmcs01, vmx, vmcs12;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
(
 ctrl =@p __pin_controls_get(vmcs01);
|
 ctrl =@p vmx_pin_based_exec_ctrl(vmx);
)
 ctrl |= (vmcs12->pin_based_vm_exec_control & ~PIN_BASED_VMX_PREEMPTION_TIMER);
 ...
 }

@nested_set depends on leaves@
identifier ctrl;
expression vmx;
position p;
@@
 prepare_vmcs02_early(...)
 {
 ...
-pin_controls_set@p
+hv_timer_pin_controls_set
 	(vmx, ctrl);
 ...
 }

@nested_clearbit depends on leaves@
expression vmx;
position p;
@@
-pin_controls_clearbit@p(vmx, PIN_BASED_POSTED_INTR)
+hv_timer_pin_controls_set(vmx, pin_controls_get(vmx) & ~PIN_BASED_POSTED_INTR)

@script:python@
p << nested_mask.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_mask")

@script:python@
p << nested_set.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_set")

@script:python@
p << nested_clearbit.p;
@@
for place in p:
	coccilib.report.print_report(place, "nested_clearbit")
