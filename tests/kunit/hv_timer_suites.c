// SPDX-License-Identifier: GPL-2.0-only
/* All suites are registered here, because KUnit before 5.19 has one registration per module. */
#include <kunit/test.h>
#include <linux/module.h>

#include "hv_timer_model.h"
#include "hv_timer_test.h"

kunit_test_suites(&hv_timer_rule_suite, &hv_timer_value_suite, &hv_timer_deadline_suite,
		  &hv_timer_sequence_suite, &hv_timer_random_suite,
		  &hv_timer_guest_suite, &hv_timer_cap_suite, &hv_timer_entry_suite);

MODULE_DESCRIPTION("KUnit suites for the VMX preemption timer");
MODULE_LICENSE("GPL");
