/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files in debugfs have in common: the product's, and that of a measuring build. */
#ifndef HV_TIMER_SHOW_H
#define HV_TIMER_SHOW_H

#include <linux/fs.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>

/* Kernels before 4.16 do not have it. */
#ifndef DEFINE_SHOW_ATTRIBUTE
#define DEFINE_SHOW_ATTRIBUTE(name)						\
static int name##_open(struct inode *inode, struct file *file)			\
{										\
	return single_open(file, name##_show, inode->i_private);		\
}										\
										\
static const struct file_operations name##_fops = {				\
	.owner = THIS_MODULE,							\
	.open = name##_open,							\
	.read = seq_read,							\
	.llseek = seq_lseek,							\
	.release = single_release,						\
}
#endif

/**
 * hv_timer_show_total() - print the line KIND.NAME: N of a counter, or NAME: N
 * @m: the file
 * @kind: what is counted, with a dot; or ""
 * @name: the counter's name
 * @counter: the counter, of which each CPU has its own
 *
 * Context: process.
 */
static inline void hv_timer_show_total(struct seq_file *m, const char *kind, const char *name,
				       const u64 __percpu *counter)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += *per_cpu_ptr(counter, cpu);
	seq_printf(m, "%s%s: %llu\n", kind, name, total);
}

#endif /* HV_TIMER_SHOW_H */
