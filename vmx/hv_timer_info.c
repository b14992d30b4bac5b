// SPDX-License-Identifier: GPL-2.0-only
/* What modinfo shows of the module, in every variant. */
#include <linux/module.h>

#include "hv_timer_build.h"

MODULE_VERSION(HV_TIMER_VERSION);
MODULE_INFO(variant, HV_TIMER_VARIANT);
MODULE_INFO(shape, HV_TIMER_SHAPE);
MODULE_INFO(source, HV_TIMER_SOURCE);

/* The known fixes that the kernel's source lacks: a MODULE_INFO(lacks, ...) for each. */
#include "hv_timer_lacks.h"
