/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Per-CPU variables for the proofs: of one CPU. DECLARE_PER_CPU() comes from
 * run's command line, as it takes a type.
 */
#ifndef PROOFS_LINUX_PERCPU_H
#define PROOFS_LINUX_PERCPU_H

#define this_cpu_inc(counter)	((counter)++)
#define hv_timer_event(field)	this_cpu_inc(hv_timer_stats.field)

#endif /* PROOFS_LINUX_PERCPU_H */
