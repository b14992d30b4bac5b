// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: set-up.
// Origin: 804939ea200 (5.3), undone; 0aaedada606a (7.3) too.
// Kernel: a timer whose highest value lasts under 10 s is not used.
// Why: as before 5.3, without the 10 s rule and without a cap. The module logs what it is, so
//	that nobody mistakes it for the product. It does not if always-on is applied to the
//	result (TOGGLED=1).
//
// places: setup 1 in vmx hardware_setup vmx_hardware_setup vmx_setup_preemption_timer: the 10 s rule
// places: setup_say 1 in vmx vmx_init: the "return 0" at the end of vmx_init()

@setup depends on soft_disables@
symbol true, false, enable_preemption_timer, cpu_preemption_timer_multi, tsc_khz;
identifier freq;
expression rate;
position p;
@@
 if (enable_preemption_timer) {
-	u64 freq = 5000ULL * 1000 * 1000;
 	...
 	cpu_preemption_timer_multi = rate;
-	if (tsc_khz)
-		freq = (u64)tsc_khz * 1000;
-	freq >>= cpu_preemption_timer_multi;
-	if@p (freq > 0xffffffffu / 10)
-		enable_preemption_timer = false;
 }

@setup__cap depends on soft_disables@
symbol true, false, enable_preemption_timer, cpu_preemption_timer_multi, tsc_khz;
symbol preemption_timer_max_value;
identifier freq;
expression rate;
position p;
@@
 if (enable_preemption_timer) {
-	u64 freq = 5000ULL * 1000 * 1000;
 	cpu_preemption_timer_multi = rate;
 	preemption_timer_max_value = calc_preemption_timer_max_value();
-	if (tsc_khz)
-		freq = (u64)tsc_khz * 1000;
-	freq >>= cpu_preemption_timer_multi;
-	if@p (freq > preemption_timer_max_value / 10)
-		enable_preemption_timer = false;
 }

@setup_say depends on soft_disables@
position p;
@@
 vmx_init(...)
 {
 ...
+if (!IS_ENABLED(HV_TIMER_ALWAYS_ON))
+	printk("%skvm_intel: hv timer toggled, as kernels before 5.3 do: this module is for measuring only\n",
+	       KERN_WARNING);
 return@p 0;
 ...
 }
