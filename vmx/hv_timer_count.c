// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs file of a measuring build, in every variant.
 */
#include <linux/debugfs.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/percpu.h>

#define CREATE_TRACE_POINTS
#include "hv_timer_count.h"
#include "hv_timer_show.h"

DEFINE_PER_CPU(struct hv_timer_count [HV_TIMER_VMCS_KINDS], hv_timer_counts);
DEFINE_PER_CPU(struct vmcs *, hv_timer_count_vmcs);

static struct dentry *hv_timer_count_file;

static int hv_timer_count_show(struct seq_file *m, void *unused)
{
	static const char * const kinds[] = { "new.", "vmcs01.", "vmcs02.", "shadow." };
	int kind;

	for (kind = 0; kind < HV_TIMER_VMCS_KINDS; kind++) {
		const struct hv_timer_count __percpu *c = &hv_timer_counts[kind];
		const char *name = kinds[kind];

		if (kind == HV_TIMER_VMCS01 || kind == HV_TIMER_VMCS02) {
			hv_timer_show_total(m, name, "entries", &c->entries);
			hv_timer_show_total(m, name, "dirty_entries", &c->dirty_entries);
			hv_timer_show_total(m, name, "pin_dirty_entries", &c->pin_dirty_entries);
			hv_timer_show_total(m, name, "timer_exits", &c->timer_exits);
			hv_timer_show_total(m, name, "timer_bit_entries", &c->timer_bit_entries);
		}
		hv_timer_show_total(m, name, "pin_control_writes", &c->pin_control_writes);
		hv_timer_show_total(m, name, "timer_value_writes", &c->timer_value_writes);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hv_timer_count);

/**
 * hv_timer_count_create() - create /sys/kernel/debug/kvm-intel-counts
 *
 * The file has a line KIND.NAME: N for each field of struct hv_timer_count that this kind
 * of VMCS has, since the module was loaded.
 *
 * Context: process, as the last step of loading the module.
 */
void hv_timer_count_create(void)
{
	hv_timer_count_file = debugfs_create_file("kvm-intel-counts", 0444, NULL, NULL,
						  &hv_timer_count_fops);
}

/**
 * hv_timer_count_remove() - remove what hv_timer_count_create() created
 *
 * Context: process, as the first step of unloading the module.
 */
void hv_timer_count_remove(void)
{
	debugfs_remove(hv_timer_count_file);
}
