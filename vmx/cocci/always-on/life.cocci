// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: loading and unloading.
// Origin: a821bab2d1ee (5.0) and before: vmx_init() and hardware_unsetup().
// Kernel: vmx_init() ends with "return 0" when nothing can fail any more. The functions that
//	unloading calls have other names and callers from kernel to kernel; hardware_unsetup()
//	(vmx_hardware_unsetup() since 6.1) is always among them.
// Why: the debugfs file lives between the two.
//
// places: life_init 1 in vmx vmx_init: the "return 0" at the end of vmx_init()
// places: life_exit 1 in vmx hardware_unsetup vmx_hardware_unsetup: the function that undoes the set-up

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
identifier fn = { hardware_unsetup, vmx_hardware_unsetup };
position p;
@@
 fn@p(...)
 {
 ...
+hv_timer_debugfs_remove();
 }
