// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs file of a measuring build, in every variant.
 */
#include <linux/debugfs.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>

#define CREATE_TRACE_POINTS
#include "hv_timer_count.h"

DEFINE_PER_CPU(struct hv_timer_count [HV_TIMER_VMCS_KINDS], hv_timer_counts);
DEFINE_PER_CPU(struct vmcs *, hv_timer_count_vmcs);

static struct dentry *hv_timer_count_file;

static int hv_timer_count_show(struct seq_file *m, void *unused)
{
	static const char * const kinds[] = { "new", "vmcs01", "vmcs02", "shadow" };
	int kind, cpu;

	for (kind = 0; kind < HV_TIMER_VMCS_KINDS; kind++) {
		struct hv_timer_count total = {};

		for_each_possible_cpu(cpu) {
			const struct hv_timer_count *c = &per_cpu(hv_timer_counts, cpu)[kind];

			total.entries += c->entries;
			total.dirty_entries += c->dirty_entries;
			total.pin_control_writes += c->pin_control_writes;
			total.timer_value_writes += c->timer_value_writes;
			total.timer_exits += c->timer_exits;
			total.timer_bit_entries += c->timer_bit_entries;
		}
		if (kind == HV_TIMER_VMCS01 || kind == HV_TIMER_VMCS02) {
			seq_printf(m, "%s.entries: %llu\n", kinds[kind], total.entries);
			seq_printf(m, "%s.dirty_entries: %llu\n", kinds[kind], total.dirty_entries);
			seq_printf(m, "%s.timer_exits: %llu\n", kinds[kind], total.timer_exits);
			seq_printf(m, "%s.timer_bit_entries: %llu\n", kinds[kind],
				   total.timer_bit_entries);
		}
		seq_printf(m, "%s.pin_control_writes: %llu\n", kinds[kind],
			   total.pin_control_writes);
		seq_printf(m, "%s.timer_value_writes: %llu\n", kinds[kind],
			   total.timer_value_writes);
	}
	return 0;
}

static int hv_timer_count_open(struct inode *inode, struct file *file)
{
	return single_open(file, hv_timer_count_show, NULL);
}

static const struct file_operations hv_timer_count_fops = {
	.owner = THIS_MODULE,
	.open = hv_timer_count_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

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
