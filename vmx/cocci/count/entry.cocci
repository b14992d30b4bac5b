// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: VM entry and VM exit, and the module's life, in a measuring build.
// Origin: none.
// Kernel: vmx_vcpu_run() enters the guest at one place and reads the exit reason at one place.
//	Recent kernels read it earlier, in code that must not be traced. The entry itself is
//	vmx_vcpu_enter_exit() since 5.8, __vmx_vcpu_run() since 5.1, and assembly in the function
//	itself before that, recognised by vmx->__launched.
// Why: entries and timer exits are counted, by whether L2 is active; the counters are shown
//	while the module is loaded.
//
// places: count_entry 1 in vmx vmx_vcpu_run: VM entry
// places: count_exit 1 in vmx vmx_vcpu_run: the reading of the exit reason
// places: count_life_init 1 in vmx vmx_init: the "return 0" at the end of vmx_init()
// places: count_life_exit 1 in vmx hardware_unsetup vmx_hardware_unsetup: the function that undoes the set-up

@count_entry depends on soft_disables || toggles@
symbol vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 ...
+hv_timer_count_entry(vmx->loaded_vmcs->vmcs, vmx->loaded_vmcs != &vmx->vmcs01,
+		     vmcs_read32(PIN_BASED_VM_EXEC_CONTROL));
 vmx_vcpu_enter_exit@p(...);
 ...
 }

@count_entry__run depends on !count_entry && (soft_disables || toggles)@
expression vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 <+...
+hv_timer_count_entry(vmx->loaded_vmcs->vmcs, vmx->loaded_vmcs != &vmx->vmcs01,
+		     vmcs_read32(PIN_BASED_VM_EXEC_CONTROL));
 vmx->fail =@p __vmx_vcpu_run(vmx, ...);
 ...+>
 }

@count_entry__single depends on !count_entry && !count_entry__run@
expression vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 <+...
+hv_timer_count_entry(vmx->loaded_vmcs->vmcs, vmx->loaded_vmcs != &vmx->vmcs01,
+		     vmcs_read32(PIN_BASED_VM_EXEC_CONTROL));
 vmx->__launched =@p vmx->loaded_vmcs->launched;
 ...+>
 }

@count_exit depends on soft_disables || toggles@
expression vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 ...
 vmx->exit_reason.full =@p vmcs_read32(VM_EXIT_REASON);
+hv_timer_count_exit(vmx->exit_reason.full, vmx->loaded_vmcs != &vmx->vmcs01);
 ...
 }

@count_exit__plain depends on !count_exit@
expression vmx, failed;
position p;
@@
 vmx_vcpu_run(...)
 {
 <+...
(
 vmx->exit_reason =@p vmx->fail ? failed : vmcs_read32(VM_EXIT_REASON);
+hv_timer_count_exit(vmx->exit_reason, vmx->loaded_vmcs != &vmx->vmcs01);
|
 vmx->exit_reason =@p vmcs_read32(VM_EXIT_REASON);
+hv_timer_count_exit(vmx->exit_reason, vmx->loaded_vmcs != &vmx->vmcs01);
)
 ...+>
 }

@count_exit__trace depends on !count_exit && !count_exit__plain@
symbol vmx;
position p;
@@
 vmx_vcpu_run(...)
 {
 <+...
+hv_timer_count_exit(vmcs_read32(VM_EXIT_REASON), vmx->loaded_vmcs != &vmx->vmcs01);
 trace_kvm_exit@p(...);
 ...+>
 }

@count_life_init@
position p;
@@
 vmx_init(...)
 {
 ...
+hv_timer_count_create();
 return@p 0;
 ...
 }

@count_life_exit@
identifier fn = { hardware_unsetup, vmx_hardware_unsetup };
position p;
@@
 fn@p(...)
 {
 ...
+hv_timer_count_remove();
 }
