// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: where a VMCS is made.
// Origin: f21f165ef922 (4.16, stable kernels from 4.9 on) makes alloc_loaded_vmcs() of what
//	stood in vmx_create_vcpu() and in nested_get_current_vmcs02(). 804939ea200 (5.3)
//	clears the soft-disabled flag there.
// Kernel: loaded_vmcs_init() does VMCLEAR; it is also called when a VMCS leaves a CPU. Not
//	every kernel zeroes the memory of a vmcs02.
// Why: a VMCS begins with a clear flag and an empty shadow (B2). Since 5.3 the kernel does it;
//	there this semantic patch only checks that it does.
//
// places: vmcs_init 1 in vmx alloc_loaded_vmcs vmx_create_vcpu: where a VMCS is made and its flag cleared
// places: vmcs_init_nested 1, soft-disables 0 in vmx alloc_loaded_vmcs nested_get_current_vmcs02: where vmcs02 is made

@vmcs_init depends on soft_disables@
symbol false;
identifier vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 ...
 vmcs->hv_timer_soft_disabled =@p false;
 ...
 }

// What VARIANT=toggle makes of a later source.
@vmcs_init__armed depends on toggles@
symbol false;
identifier vmcs;
position p;
@@
 alloc_loaded_vmcs(...)
 {
 ...
-vmcs->hv_timer_armed =@p false;
+hv_timer_vmcs_init(vmcs);
 ...
 }

@vmcs_init__loaded depends on !vmcs_init__armed && (toggles || toggles_single || toggles_early)@
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

@vmcs_init_nested depends on vmcs_init__armed || vmcs_init__loaded@
position p;
@@
 alloc_loaded_vmcs(...)
 {
 <+...
 hv_timer_vmcs_init@p(...);
 ...+>
 }

@vmcs_init__create depends on !vmcs_init__loaded && toggles_early@
expression vmcs;
position p;
@@
 vmx_create_vcpu(...)
 {
 <+...
 loaded_vmcs_init@p(vmcs);
+hv_timer_vmcs_init(vmcs);
 ...+>
 }

@vmcs_init_nested__pool depends on !vmcs_init__loaded && toggles_early@
expression vmcs;
position p;
@@
 nested_get_current_vmcs02(...)
 {
 <+...
 loaded_vmcs_init@p(vmcs);
+hv_timer_vmcs_init(vmcs);
 ...+>
 }
