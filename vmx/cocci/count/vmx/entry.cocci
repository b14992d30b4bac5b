// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: VM entry and VM exit, and the module's life, in a measuring build.
// Kernel: vmx_vcpu_run() enters the guest at one place and reads the exit reason
//	at one place, or in recent kernels before it, in code that must not be
//	traced. The entry itself is vmx_vcpu_enter_exit() since 5.8,
//	__vmx_vcpu_run() since 5.1, and before assembly in the function itself,
//	which is told by vmx->__launched.
// Rule: count entries and timer exits, by whether L2 is active; and show the
//	counters while the module is loaded.
//
// places: soft-disables count_entry 1
// places: soft-disables count_exit 1
// places: soft-disables count_life_init 1
// places: soft-disables count_life_exit 1
// places: toggles count_entry 1
// places: toggles count_exit 1
// places: toggles count_life_init 1
// places: toggles count_life_exit 1
// places: toggles-single count_entry 1
// places: toggles-single count_exit 1
// places: toggles-single count_life_init 1
// places: toggles-single count_life_exit 1
// places: toggles-early count_entry 1
// places: toggles-early count_exit 1
// places: toggles-early count_life_init 1
// places: toggles-early count_life_exit 1

virtual soft_disables, toggles, toggles_single, toggles_early

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

@count_entry_run depends on toggles && !count_entry@
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

@count_entry_single depends on toggles_single || toggles_early ||
	(toggles && !count_entry && !count_entry_run)@
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

@count_exit_plain depends on toggles || toggles_single || toggles_early@
expression vmx, failed;
position p;
@@
 vmx_vcpu_run(...)
 {
 <+...
 vmx->exit_reason =@p vmx->fail ? failed : vmcs_read32(VM_EXIT_REASON);
+hv_timer_count_exit(vmx->exit_reason, vmx->loaded_vmcs != &vmx->vmcs01);
 ...+>
 }

@count_exit_trace depends on !count_exit && (soft_disables || toggles)@
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
position p;
@@
 vmx_exit(...)
 {
 ...
+hv_timer_count_remove();
 kvm_exit@p();
 ...
 }

@count_life_exit_vendor depends on !count_life_exit@
position p;
@@
 vmx_exit(...)
 {
 ...
+hv_timer_count_remove();
 kvm_x86_vendor_exit@p();
 ...
 }

@script:python@
p << count_entry.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_entry")

@script:python@
p << count_exit.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_exit")

@script:python@
p << count_life_init.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_life_init")

@script:python@
p << count_life_exit.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_life_exit")

@script:python@
p << count_entry_run.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_entry")

@script:python@
p << count_entry_single.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_entry")

@script:python@
p << count_exit_plain.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_exit")

@script:python@
p << count_life_exit_vendor.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_life_exit")

@script:python@
p << count_exit_trace.p;
@@
for place in p:
	coccilib.report.print_report(place, "count_exit")
