// SPDX-License-Identifier: GPL-2.0-only
//
// Hook: the state that is kept for each VMCS.
// Origin: f459a707ed31 (4.19) keeps whether the control is set. 804939ea200 (5.3) keeps
//	the soft-disabled flag instead, 3af80fec6e7f (5.3) a shadow of the pin controls.
// Kernel: a source before 5.3 has neither flag nor shadow.
// Why: the unit needs both for each VMCS (B1, B2).
//
// places: state 1, soft-disables 0 in state struct loaded_vmcs: the state that KVM keeps for each VMCS

@state depends on toggles || toggles_single@
position p;
@@
+#define HV_TIMER_PIN_SHADOW
 struct loaded_vmcs {
 	...
-	bool hv_timer_armed@p;
+	bool hv_timer_soft_disabled;
+	u32 hv_timer_pin_controls;
 	...
 };

@state__early depends on toggles_early@
type T;
position p;
@@
+#define HV_TIMER_PIN_SHADOW
 struct loaded_vmcs {
 	...
 	T launched@p;
+	bool hv_timer_soft_disabled;
+	u32 hv_timer_pin_controls;
 	...
 };
