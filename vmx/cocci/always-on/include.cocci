// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: none; the other semantic patches need it.
// Origin: 55d2375e58a6 (5.0) splits nested.c from vmx.c.
// Kernel: vmx.c and nested.c include vmx.h, which has the vCPU and its VMCSs; nested.c
//	has it through its own nested.h up to 5.11. Before 5.0 vmx.c defines them itself,
//	and then the functions that write a VMCS, up to vm_entry_controls_reset_shadow().
// Why: the unit is included where both are known.
//
// places: include 1 in vmx: the #include of vmx.h (before 5.0: vm_entry_controls_reset_shadow())
// places: include 1, toggles-single 0, toggles-early 0 in nested: the #include of vmx.h or nested.h

@include depends on soft_disables || toggles@
position p;
@@
 #include "vmx.h"@p
+#include "hv_timer.h"

@include__by_nested depends on !include && (soft_disables || toggles)@
position p;
@@
 #include "nested.h"@p
+#include "hv_timer.h"

@include__single depends on toggles_single || toggles_early@
position p;
@@
+#include "hv_timer.h"
+
 void vm_entry_controls_reset_shadow@p(...) { ... }
