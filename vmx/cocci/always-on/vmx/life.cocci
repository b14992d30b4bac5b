// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: set-up, loading and unloading.
// Kernel: vmx_init() ends with "return 0" when nothing can fail any more;
//	vmx_exit() is what rmmod calls. In recent kernels, which support TDX too,
//	something above calls the two, and kvm_exit() before vmx_exit().
// Rule: the debugfs file lives between the two.
//
// places: soft-disables life_init 1
// places: soft-disables life_exit 1
// places: toggles life_init 1
// places: toggles life_exit 1
// places: toggles-single life_init 1
// places: toggles-single life_exit 1
// places: toggles-early life_init 1
// places: toggles-early life_exit 1

virtual soft_disables, toggles, toggles_single, toggles_early

@life_init@
position p;
@@
 vmx_init(...)
 {
 ...
+hv_timer_debugfs_create();
 return@p 0;
 ...
 }

@life_exit@
position p;
@@
 vmx_exit(...)
 {
 ...
+hv_timer_debugfs_remove();
 kvm_exit@p();
 ...
 }

@life_exit_vendor depends on !life_exit@
position p;
@@
 vmx_exit(...)
 {
 ...
+hv_timer_debugfs_remove();
 kvm_x86_vendor_exit@p();
 ...
 }

@script:python@
p << life_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "life_init")

@script:python@
p << life_exit.p;
@@
for place in p:
	coccilib.report.print_report(place, "life_exit")

@script:python@
p << life_exit_vendor.p;
@@
for place in p:
	coccilib.report.print_report(place, "life_exit")
