// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: VMWRITE and VMPTRLD, in a measuring build.
// Origin: 55d2375e58a6 (5.0) splits the functions that write and load a VMCS from vmx.c.
// Kernel: vmx.h includes them (vmx_ops.h, ops.h at first) and uses some. Before 5.0 vmx.c
//	defines them, vmcs_set_bits() last, and uses them from there on.
// Why: what goes through them is counted.
//
// places: count_include 1 in header: the #include of vmx_ops.h or ops.h (before 5.0: vmcs_set_bits())
// places: count_include 0-1, toggles-single 0, toggles-early 0 in vmx: the same in vmx.c

@count_include depends on soft_disables || toggles@
position p;
@@
 #include "vmx_ops.h"@p
+#include "hv_timer_count.h"

@count_include__ops depends on !count_include && (soft_disables || toggles)@
position p;
@@
 #include "ops.h"@p
+#include "hv_timer_count.h"

@count_include__single depends on toggles_single || toggles_early@
position p;
@@
 void vmcs_set_bits@p(...) { ... }
+
+#include "hv_timer_count.h"
