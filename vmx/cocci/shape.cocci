// SPDX-License-Identifier: GPL-2.0-only
//
// Finds the shape of a source by its code, not by its version. struct loaded_vmcs has
// - a soft-disabled flag: soft-disables, 5.3 and later;
// - an armed flag, which says whether the control is set: toggles, 4.19 to 5.2;
// - neither, and the operations set the control themselves: toggles-early, 4.8 to 4.18.
// Applied to the file that defines struct loaded_vmcs, and to vmx.c.

@soft_disables@
type T;
position p;
@@
 struct loaded_vmcs {
 	...
 	T hv_timer_soft_disabled@p;
 	...
 };

@toggles@
type T;
position p;
@@
 struct loaded_vmcs {
 	...
 	T hv_timer_armed@p;
 	...
 };

@toggles_early exists@
position p;
@@
 vmx_set_hv_timer(...)
 {
 ... when any
 vmcs_set_bits@p(PIN_BASED_VM_EXEC_CONTROL, PIN_BASED_VMX_PREEMPTION_TIMER)
 ... when any
 }
