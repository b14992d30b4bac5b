/* SPDX-License-Identifier: GPL-2.0-only */
/* Not a kernel's: no more than what the semantic patches for this shape look at. */
struct loaded_vmcs {
	bool launched;
	bool hv_timer_armed;
	int cpu;
};
