/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace events of vmx/hv_timer_trace.h, always off: for vmx/hv_timer.h in the suites. */
#ifndef HV_TIMER_TRACE_H
#define HV_TIMER_TRACE_H

#include "hv_timer_value.h"

static inline bool trace_off(void)
{
	return false;
}

#define trace_hv_timer_write_value_enabled		trace_off
#define trace_hv_timer_write_pin_controls_enabled	trace_off
#define trace_hv_timer_spurious_exit_enabled		trace_off

static inline void trace_hv_timer_write_value(int vcpu_id, bool vmcs02, enum hv_timer_action why,
					      u32 value, u64 deadline, u64 now)
{
}

static inline void trace_hv_timer_write_pin_controls(int vcpu_id, bool vmcs02, u32 old, u32 new)
{
}

static inline void trace_hv_timer_spurious_exit(int vcpu_id, bool vmcs02)
{
}

#endif /* HV_TIMER_TRACE_H */
