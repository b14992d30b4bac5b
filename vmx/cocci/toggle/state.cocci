// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: the state that is kept for each VMCS.
// Origin: f459a707ed31 (4.19), undone by 804939ea200 (5.3).
// Kernel: struct loaded_vmcs has a soft-disabled flag.
// Why: an armed flag instead, as before 5.3: whether the control is set in this VMCS.
//
// places: state 1 in state struct loaded_vmcs: the soft-disabled flag

@state depends on soft_disables@
position p;
@@
 struct loaded_vmcs {
 	...
-	bool hv_timer_soft_disabled@p;
+	bool hv_timer_armed;
 	...
 };
