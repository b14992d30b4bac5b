/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts what is written to which VMCS, in a measuring build (COUNT=1) of any variant. The
 * semantic patches in vmx/cocci/count add the calls; a normal build has none of this.
 *
 * Included behind KVM's functions that write and load a VMCS, and before any use of them:
 * macros of the same names count and then call them.
 *
 * A VMCS is a page of its own. The private field of its struct page, which nobody else
 * uses, holds the kind of the VMCS and whether it is dirty. The kind is known from the first
 * VM entry on.
 */
#ifndef HV_TIMER_COUNT_H
#define HV_TIMER_COUNT_H

#include <linux/mm.h>
#include <linux/percpu.h>

#include <asm/vmx.h>

#include "hv_timer_count_trace.h"

struct vmcs;

/**
 * enum hv_timer_vmcs_kind - what a VMCS is for
 * @HV_TIMER_VMCS_NEW: not entered yet, being set up
 * @HV_TIMER_VMCS01: runs L1
 * @HV_TIMER_VMCS02: runs L2
 * @HV_TIMER_VMCS_SHADOW: L1 reads and writes it; it is never entered
 * @HV_TIMER_VMCS_KINDS: how many kinds there are
 */
enum hv_timer_vmcs_kind {
	HV_TIMER_VMCS_NEW,
	HV_TIMER_VMCS01,
	HV_TIMER_VMCS02,
	HV_TIMER_VMCS_SHADOW,
	HV_TIMER_VMCS_KINDS,
};

/**
 * struct hv_timer_count - what happened to the VMCSs of one kind, in events
 * @entries: VM entries
 * @dirty_entries: VM entries that follow a write of a major control (pin-based,
 *	the three processor-based ones, VM exit and VM entry controls) since the
 *	last VM entry of the same VMCS
 * @pin_dirty_entries: those that follow a write of the pin-based controls
 * @pin_control_writes: writes of the pin-based controls
 * @timer_value_writes: writes of the timer value
 * @timer_exits: PREEMPTION_TIMER exits
 * @timer_bit_entries: VM entries with PIN_BASED_VMX_PREEMPTION_TIMER set, as read
 *	back from the VMCS
 */
struct hv_timer_count {
	u64 entries;
	u64 dirty_entries;
	u64 pin_dirty_entries;
	u64 pin_control_writes;
	u64 timer_value_writes;
	u64 timer_exits;
	u64 timer_bit_entries;
};

DECLARE_PER_CPU(struct hv_timer_count [HV_TIMER_VMCS_KINDS], hv_timer_counts);
DECLARE_PER_CPU(struct vmcs *, hv_timer_count_vmcs);

/* The tertiary processor-based controls (SDM, appendix B); older kernels do not define them. */
#define HV_TIMER_TERTIARY_CONTROL	0x2034

/* A shadow VMCS, by its first word (SDM volume 3, "Format of the VMCS Region"). */
#define HV_TIMER_COUNT_SHADOW		BIT(31)

/* page_private() of a VMCS: its kind; any major control written; the pin-based ones written. */
#define HV_TIMER_COUNT_KIND	3UL
#define HV_TIMER_COUNT_DIRTY	4UL
#define HV_TIMER_COUNT_PIN	8UL

void hv_timer_count_create(void);
void hv_timer_count_remove(void);

/**
 * hv_timer_count_load() - note which VMCS this CPU's next VMWRITEs go to
 * @vmcs: the VMCS that is being loaded
 *
 * Context: preemption disabled.
 */
static __always_inline void hv_timer_count_load(struct vmcs *vmcs)
{
	this_cpu_write(hv_timer_count_vmcs, vmcs);
}

/**
 * hv_timer_count_write() - count and trace a VMWRITE of the timer value or of a major
 *	control
 * @field: encoding of the field that is written
 *
 * Context: preemption disabled, a VMCS loaded.
 */
static __always_inline void hv_timer_count_write(unsigned long field)
{
	struct vmcs *vmcs = this_cpu_read(hv_timer_count_vmcs);
	struct page *page = virt_to_page(vmcs);
	int kind = page->private & HV_TIMER_COUNT_KIND;

	if (*(u32 *)vmcs & HV_TIMER_COUNT_SHADOW)
		kind = HV_TIMER_VMCS_SHADOW;

	switch (field) {
	case VMX_PREEMPTION_TIMER_VALUE:
		this_cpu_inc(hv_timer_counts[kind].timer_value_writes);
		trace_hv_timer_vmcs_write(kind, field);
		break;
	case PIN_BASED_VM_EXEC_CONTROL:
		this_cpu_inc(hv_timer_counts[kind].pin_control_writes);
		page->private |= HV_TIMER_COUNT_DIRTY | HV_TIMER_COUNT_PIN;
		trace_hv_timer_vmcs_write(kind, field);
		break;
	case CPU_BASED_VM_EXEC_CONTROL:
	case SECONDARY_VM_EXEC_CONTROL:
	case HV_TIMER_TERTIARY_CONTROL:
	case VM_EXIT_CONTROLS:
	case VM_ENTRY_CONTROLS:
		page->private |= HV_TIMER_COUNT_DIRTY;
		trace_hv_timer_vmcs_write(kind, field);
		break;
	}
}

/**
 * hv_timer_count_entry() - count a VM entry
 * @vmcs: the VMCS that is entered, which is loaded
 * @nested: whether it is a vmcs02
 * @pin_controls: its pin-based controls as read back from it, PIN_BASED_* bits
 *
 * Context: VM entry, interrupts and preemption disabled.
 */
static __always_inline void hv_timer_count_entry(struct vmcs *vmcs, bool nested,
						 u32 pin_controls)
{
	int kind = nested ? HV_TIMER_VMCS02 : HV_TIMER_VMCS01;
	struct page *page = virt_to_page(vmcs);

	this_cpu_inc(hv_timer_counts[kind].entries);
	if (page->private & HV_TIMER_COUNT_DIRTY)
		this_cpu_inc(hv_timer_counts[kind].dirty_entries);
	if (page->private & HV_TIMER_COUNT_PIN)
		this_cpu_inc(hv_timer_counts[kind].pin_dirty_entries);
	page->private = kind;

	if (pin_controls & PIN_BASED_VMX_PREEMPTION_TIMER)
		this_cpu_inc(hv_timer_counts[kind].timer_bit_entries);
}

/**
 * hv_timer_count_exit() - count a VM exit, if it is the timer's
 * @reason: the exit reason, as the VMCS has it
 * @nested: whether the VMCS that exited is a vmcs02
 *
 * Context: VM exit, preemption disabled.
 */
static __always_inline void hv_timer_count_exit(u32 reason, bool nested)
{
	if (reason != EXIT_REASON_PREEMPTION_TIMER)
		return;

	this_cpu_inc(hv_timer_counts[nested ? HV_TIMER_VMCS02 : HV_TIMER_VMCS01].timer_exits);
}

#define hv_timer_counted(function, field, arg)	\
({						\
	const unsigned long field_ = (field);	\
						\
	hv_timer_count_write(field_);		\
	function(field_, arg);			\
})

#define vmcs_write32(field, value)	hv_timer_counted(vmcs_write32, field, value)
#define vmcs_write64(field, value)	hv_timer_counted(vmcs_write64, field, value)
#define vmcs_writel(field, value)	hv_timer_counted(vmcs_writel, field, value)
#define __vmcs_writel(field, value)	hv_timer_counted(__vmcs_writel, field, value)
#define vmcs_set_bits(field, mask)	hv_timer_counted(vmcs_set_bits, field, mask)
#define vmcs_clear_bits(field, mask)	hv_timer_counted(vmcs_clear_bits, field, mask)
#define vmcs_load(loaded)			\
({						\
	struct vmcs *loaded_ = (loaded);	\
						\
	hv_timer_count_load(loaded_);		\
	vmcs_load(loaded_);			\
})

#endif /* HV_TIMER_COUNT_H */
