/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting what is written to which VMCS, in a measuring build (COUNT=1) of any
 * arm. The rules below vmx/rules/count put the calls in; without them nothing of
 * this is in the object code.
 *
 * Included where KVM's functions that write and load a VMCS are known, and before
 * any use of them: macros of their names count and then call them.
 *
 * A VMCS is a page of its own, and its struct page has a field that nobody else
 * uses: what was written since the last VM entry of that VMCS is kept there, and
 * is added up at the entry, when it is known which VMCS it is. Writes that no VM
 * entry follows are not counted, but for those of a shadow VMCS, which is never
 * entered.
 */
#ifndef HV_TIMER_COUNT_H
#define HV_TIMER_COUNT_H

#include <linux/mm.h>
#include <linux/percpu.h>

#include <asm/vmx.h>

#include "vmcs.h"
#include "vmx_ops.h"

enum hv_timer_vmcs_kind {
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
 * @pin_control_writes: writes of the pin-based controls
 * @timer_value_writes: writes of the timer value
 * @timer_exits: PREEMPTION_TIMER exits
 * @timer_bit_entries: VM entries with PIN_BASED_VMX_PREEMPTION_TIMER set, as read
 *	back from the VMCS
 */
struct hv_timer_count {
	u64 entries;
	u64 dirty_entries;
	u64 pin_control_writes;
	u64 timer_value_writes;
	u64 timer_exits;
	u64 timer_bit_entries;
};

DECLARE_PER_CPU(struct hv_timer_count [HV_TIMER_VMCS_KINDS], hv_timer_counts);
DECLARE_PER_CPU(struct vmcs *, hv_timer_count_vmcs);

/* The tertiary processor-based controls, which older kernels do not know (SDM, appendix B). */
#define HV_TIMER_TERTIARY_CONTROL	0x2034

/* What was written to a VMCS since its last VM entry: page_private() of its page. */
#define HV_TIMER_COUNT_PIN	1UL
#define HV_TIMER_COUNT_PINS	0xffffffffUL
#define HV_TIMER_COUNT_VALUE	(1UL << 32)
#define HV_TIMER_COUNT_VALUES	0x7fffffffUL
#define HV_TIMER_COUNT_DIRTY	(1UL << 63)

void hv_timer_count_create(void);
void hv_timer_count_remove(void);

/**
 * hv_timer_count_load() - note which VMCS the CPU's VMWRITEs go to from now on
 * @vmcs: the VMCS that is being loaded
 *
 * Context: preemption disabled.
 */
static __always_inline void hv_timer_count_load(struct vmcs *vmcs)
{
	this_cpu_write(hv_timer_count_vmcs, vmcs);
}

/**
 * hv_timer_count_write() - count a VMWRITE
 * @field: encoding of the field that is written
 *
 * Context: preemption disabled, a VMCS loaded.
 */
static __always_inline void hv_timer_count_write(unsigned long field)
{
	struct vmcs *vmcs = this_cpu_read(hv_timer_count_vmcs);
	struct page *page = virt_to_page(vmcs);
	bool shadow = vmcs->hdr.shadow_vmcs;

	switch (field) {
	case PIN_BASED_VM_EXEC_CONTROL:
		if (shadow)
			this_cpu_inc(hv_timer_counts[HV_TIMER_VMCS_SHADOW].pin_control_writes);
		else
			page->private = (page->private + HV_TIMER_COUNT_PIN) | HV_TIMER_COUNT_DIRTY;
		break;
	case VMX_PREEMPTION_TIMER_VALUE:
		if (shadow)
			this_cpu_inc(hv_timer_counts[HV_TIMER_VMCS_SHADOW].timer_value_writes);
		else
			page->private += HV_TIMER_COUNT_VALUE;
		break;
	case CPU_BASED_VM_EXEC_CONTROL:
	case SECONDARY_VM_EXEC_CONTROL:
	case HV_TIMER_TERTIARY_CONTROL:
	case VM_EXIT_CONTROLS:
	case VM_ENTRY_CONTROLS:
		page->private |= HV_TIMER_COUNT_DIRTY;
		break;
	}
}

/**
 * hv_timer_count_entry() - count a VM entry, and what was written before it
 * @vmcs: the VMCS that is entered, which is loaded
 * @nested: whether it is a vmcs02
 *
 * Context: VM entry, interrupts and preemption disabled.
 */
static __always_inline void hv_timer_count_entry(struct vmcs *vmcs, bool nested)
{
	struct hv_timer_count *count =
		&(*this_cpu_ptr(&hv_timer_counts))[nested ? HV_TIMER_VMCS02 : HV_TIMER_VMCS01];
	struct page *page = virt_to_page(vmcs);
	unsigned long written = page->private;

	page->private = 0;
	count->entries++;
	count->dirty_entries += !!(written & HV_TIMER_COUNT_DIRTY);
	count->pin_control_writes += written & HV_TIMER_COUNT_PINS;
	count->timer_value_writes += written / HV_TIMER_COUNT_VALUE & HV_TIMER_COUNT_VALUES;
	if (vmcs_read32(PIN_BASED_VM_EXEC_CONTROL) & PIN_BASED_VMX_PREEMPTION_TIMER)
		count->timer_bit_entries++;
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
	(hv_timer_count_write(field), function(field, arg))

#define vmcs_write32(field, value)	hv_timer_counted(vmcs_write32, field, value)
#define vmcs_write64(field, value)	hv_timer_counted(vmcs_write64, field, value)
#define vmcs_writel(field, value)	hv_timer_counted(vmcs_writel, field, value)
#define __vmcs_writel(field, value)	hv_timer_counted(__vmcs_writel, field, value)
#define vmcs_set_bits(field, mask)	hv_timer_counted(vmcs_set_bits, field, mask)
#define vmcs_clear_bits(field, mask)	hv_timer_counted(vmcs_clear_bits, field, mask)
#define vmcs_load(vmcs)			(hv_timer_count_load(vmcs), vmcs_load(vmcs))

#endif /* HV_TIMER_COUNT_H */
