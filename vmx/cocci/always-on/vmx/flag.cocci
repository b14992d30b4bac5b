// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: arming, the flag.
// Kernel: alloc_loaded_vmcs() makes every VMCS and clears its soft-disabled
//	flag. Since 5.3.
// Rule: only looks that it does (B2). On kernels before, let it begin with a clear
//	flag and an empty shadow of the pin controls, after the VMCLEAR.
//
// places: soft-disables flag 1
// places: toggles flag 1
// places: toggles-single flag 1
// places: toggles-early flag 1

virtual soft_disables, toggles, toggles_single, toggles_early

@flag depends on soft_disables@
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

@flag_init depends on toggles@
symbol false;
expression vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 ...
-vmcs->hv_timer_armed =@p false;
+hv_timer_vmcs_init(vmcs);
 ...
 }

@flag_init_new depends on !flag_init && (toggles || toggles_single || toggles_early)@
expression vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 <+...
 loaded_vmcs_init@p(vmcs);
+hv_timer_vmcs_init(vmcs);
 ...+>
 }

@script:python@
p << flag_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "flag")

@script:python@
p << flag_init_new.p;
@@
for place in p:
	coccilib.report.print_report(place, "flag")
