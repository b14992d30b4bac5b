/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The trace event of a measuring build (COUNT=1), in every variant: what is written to
 * which VMCS. docs/TRACING.md says what it means.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM kvm_hv_timer_count

#if !defined(HV_TIMER_COUNT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HV_TIMER_COUNT_TRACE_H

#include <linux/rcupdate.h>
#include <linux/tracepoint.h>

/* Like hv_timer_write_value, it does not fire where RCU is not watching. */
TRACE_EVENT_CONDITION(hv_timer_vmcs_write,
		      TP_PROTO(unsigned int kind, unsigned int field),
		      TP_ARGS(kind, field),
		      TP_CONDITION(rcu_is_watching()),

		      TP_STRUCT__entry(__field(unsigned int, kind)
				       __field(unsigned int, field)),

		      TP_fast_assign(__entry->kind = kind;
				     __entry->field = field;),

		      /* The numbers of enum hv_timer_vmcs_kind: perf and others know no names. */
		      TP_printk("vmcs %s field 0x%x",
				__print_symbolic(__entry->kind, { 0, "new" }, { 1, "vmcs01" },
						 { 2, "vmcs02" }, { 3, "shadow" }),
				__entry->field)
);

#endif /* HV_TIMER_COUNT_TRACE_H */

/* Relative to an include path of the build: vmx/ is one. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE hv_timer_count_trace

#include <trace/define_trace.h>
