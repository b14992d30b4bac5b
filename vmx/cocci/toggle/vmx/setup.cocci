// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: set-up.
// Kernel: hardware_setup() does not use a timer whose full count lasts under
//	10 s, since 5.3.
// Rule: back to before 5.3, without that rule. The module says in the kernel log
//	what it is, so that nobody takes it for a product; not where the rules of
//	always-on were applied to what came of these.
//
// places: soft-disables setup 1
// places: soft-disables setup_say 1

virtual soft_disables

@setup depends on soft_disables@
symbol false, enable_preemption_timer, cpu_preemption_timer_multi;
expression limit, rate;
identifier freq;
type T;
position p;
@@
 if (enable_preemption_timer) {
-	T freq = ...;
-
 	...
 	cpu_preemption_timer_multi = rate;
-	...
-	if@p (freq > limit / 10)
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

@script:python@
p << setup.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup")

@script:python@
p << setup_say.p;
@@
for place in p:
	coccilib.report.print_report(place, "setup_say")
