/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unit's trace events, in a system of their own; docs/TRACING.md says what they mean.
 *
 * They take integers and not KVM's structures, which hv_timer.c does not know on all
 * kernels.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_hv_timer

#if !defined(HV_TIMER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HV_TIMER_TRACE_H

#include <linux/rcupdate.h>
#include <linux/tracepoint.h>

#include "hv_timer_value.h"

/*
 * Before 5.9 KVM tells RCU that the CPU is in the guest before it calls vmx_vcpu_run(). On
 * a CPU with context tracking (nohz_full=) RCU then does not watch at these two events.
 * They are left out there (B12).
 */
TRACE_EVENT_CONDITION(hv_timer_write_value,
		      TP_PROTO(unsigned int vcpu_id, bool vmcs02, enum hv_timer_action why,
			       u32 value, u64 deadline, u64 now),
		      TP_ARGS(vcpu_id, vmcs02, why, value, deadline, now),
		      TP_CONDITION(rcu_is_watching()),

		      TP_STRUCT__entry(__field(unsigned int, vcpu_id)
				       __field(bool, vmcs02)
				       __field(unsigned int, why)
				       __field(u32, value)
				       __field(s64, left)),

		      TP_fast_assign(__entry->vcpu_id = vcpu_id;
				     __entry->vmcs02 = vmcs02;
				     __entry->why = why;
				     __entry->value = value;
				     __entry->left = deadline - now;),

		      /* The numbers of enum hv_timer_action: perf and others know no names. */
		      TP_printk("vcpu %u vmcs02 %d why %s value %u left %lld", __entry->vcpu_id,
				__entry->vmcs02,
				__print_symbolic(__entry->why, { 1, "forced-exit" },
						 { 2, "deadline" }, { 3, "soft-disable" }),
				__entry->value, __entry->left)
);

TRACE_EVENT_CONDITION(hv_timer_spurious_exit,
		      TP_PROTO(unsigned int vcpu_id, bool vmcs02),
		      TP_ARGS(vcpu_id, vmcs02),
		      TP_CONDITION(rcu_is_watching()),

		      TP_STRUCT__entry(__field(unsigned int, vcpu_id)
				       __field(bool, vmcs02)),

		      TP_fast_assign(__entry->vcpu_id = vcpu_id;
				     __entry->vmcs02 = vmcs02;),

		      TP_printk("vcpu %u vmcs02 %d", __entry->vcpu_id, __entry->vmcs02)
);

TRACE_EVENT(hv_timer_write_pin_controls,
	    TP_PROTO(unsigned int vcpu_id, bool vmcs02, u32 old, u32 new),
	    TP_ARGS(vcpu_id, vmcs02, old, new),

	    TP_STRUCT__entry(__field(unsigned int, vcpu_id)
			     __field(bool, vmcs02)
			     __field(u32, old)
			     __field(u32, new)),

	    TP_fast_assign(__entry->vcpu_id = vcpu_id;
			   __entry->vmcs02 = vmcs02;
			   __entry->old = old;
			   __entry->new = new;),

	    TP_printk("vcpu %u vmcs02 %d old 0x%x new 0x%x", __entry->vcpu_id,
		      __entry->vmcs02, __entry->old, __entry->new)
);

#endif /* HV_TIMER_TRACE_H */

/* Relative to an include path of the build: vmx/ is one. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hv_timer_trace

#include <trace/define_trace.h>
