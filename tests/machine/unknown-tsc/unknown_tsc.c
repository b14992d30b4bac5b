// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the test machine: while this module is loaded, the kernel does not know its
 * TSC's frequency, as on a host that failed to calibrate it.
 */
#include <linux/module.h>
#include <asm/tsc.h>

static unsigned int known_khz;

static int __init unknown_tsc_init(void)
{
	known_khz = tsc_khz;
	tsc_khz = 0;
	return 0;
}

static void __exit unknown_tsc_exit(void)
{
	tsc_khz = known_khz;
}

module_init(unknown_tsc_init);
module_exit(unknown_tsc_exit);

MODULE_DESCRIPTION("a TSC whose frequency is not known");
MODULE_LICENSE("GPL");
