/* SPDX-License-Identifier: GPL-2.0-only */
/* Trace events for the proofs: any of them may be on or off, and none does anything. */
#ifndef PROOFS_LINUX_TRACEPOINT_H
#define PROOFS_LINUX_TRACEPOINT_H

bool nondet_bool(void);

#define TP_PROTO(...)	__VA_ARGS__

#define TRACE_EVENT_CONDITION	TRACE_EVENT
#define TRACE_EVENT(name, proto, ...)			\
	static inline bool trace_##name##_enabled(void)	\
	{						\
		return nondet_bool();			\
	}						\
	static inline void trace_##name(proto)		\
	{						\
	}

#endif /* PROOFS_LINUX_TRACEPOINT_H */
