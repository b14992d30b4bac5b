// SPDX-License-Identifier: GPL-2.0-only
/*
 * Set-up of the hv timer, its log line and its debugfs file.
 */
#define pr_fmt(fmt) "kvm_intel: hv timer " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kvm_host.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/percpu.h>

#include <asm/cpufeature.h>
#ifdef HV_TIMER_CPUID_API
#include <asm/cpuid/api.h>
#endif
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/tsc.h>
#include <asm/vmx.h>

#include "hv_timer_setup.h"
#include "hv_timer_show.h"
#include "hv_timer_value.h"

/* This file alone defines the trace events. */
#define CREATE_TRACE_POINTS
#include "hv_timer_trace.h"

/* RHEL 7's 3.10 lacks it. */
#ifndef __ro_after_init
#define __ro_after_init
#endif

/* The TSC's ratio to the crystal clock: SDM volume 2, CPUID. */
#define CPUID_TSC_LEAF	0x15

DEFINE_PER_CPU(struct hv_timer_stats, hv_timer_stats);

/* The hv timer is off: decided once, read at each VM entry. */
DEFINE_STATIC_KEY_FALSE(hv_timer_off);

/* The timer's rate: it counts once in 1 << rate TSC ticks; 0 to HV_TIMER_MAX_RATE. */
unsigned int hv_timer_rate __ro_after_init;

/* The highest timer value that is ever written, in timer ticks (B11). */
u64 hv_timer_max_value __ro_after_init = HV_TIMER_NO_CAP;

/* Why the hv timer is off; NULL when it is on. */
static const char *hv_timer_off_reason __ro_after_init;

static struct dentry *hv_timer_dir;

static u64 hv_timer_host_tsc_hz(void)
{
	return (u64)tsc_khz * 1000;
}

/* The highest value that this CPU gets right. */
static u32 __init hv_timer_cpu_max_value(void)
{
	u32 eax = 0, ebx = 0, ecx, edx;

	if (cpuid_eax(0) >= CPUID_TSC_LEAF)
		cpuid(CPUID_TSC_LEAF, &eax, &ebx, &ecx, &edx);

	return hv_timer_highest_value(eax, ebx, boot_cpu_has(X86_FEATURE_HYPERVISOR));
}

/*
 * The first reason that applies: an erratum, the control missing, the parameter, the
 * 10 s rule.
 */
static const char * __init hv_timer_why_off(bool wanted, u32 pin_based_exec_ctrl,
					    bool erratum, bool evmcs)
{
	u32 allowed0, allowed1 = 0;

	/* KVM has left the control in if the CPU is not on its own list. */
	rdmsr_safe(MSR_IA32_VMX_PINBASED_CTLS, &allowed0, &allowed1);
	if (allowed1 & PIN_BASED_VMX_PREEMPTION_TIMER && erratum)
		return "this CPU's VMX preemption timer has an erratum";

	if (!(pin_based_exec_ctrl & PIN_BASED_VMX_PREEMPTION_TIMER)) {
		if (evmcs)
			return "Hyper-V's enlightened VMCS has no VMX preemption timer";
		return "this CPU has no VMX preemption timer";
	}

	if (!wanted)
		return "switched off by preemption_timer=0";

	if (hv_timer_too_short(hv_timer_host_tsc_hz(), hv_timer_rate, hv_timer_max_value))
		return "its full count lasts under 10 s";

	return NULL;
}

/**
 * hv_timer_setup() - decide whether the hv timer is used, and log it
 * @wanted: the module parameter preemption_timer
 * @pin_based_exec_ctrl: the pin-based controls that KVM may use, PIN_BASED_* bits
 * @erratum: whether the CPU is on KVM's list of broken timers
 * @evmcs: whether Hyper-V's enlightened VMCS is in use
 * @kernel_max: the highest value that this kernel itself writes, in timer ticks;
 *	HV_TIMER_NO_CAP if it does not know EMR158
 *
 * Logs one line, whether the timer is on or off (B8).
 *
 * Return: whether the hv timer is used. If not, the caller offers no hv-timer operation
 *	to kvm.ko.
 * Context: process, once while the module loads.
 * Source: docs/GUARANTEES.md, B6 to B8 and B11; KVM's hardware_setup(); SDM volume 3, "Basic VMX
 *	Information", IA32_VMX_MISC.
 */
bool __init hv_timer_setup(bool wanted, u32 pin_based_exec_ctrl, bool erratum, bool evmcs,
			   u64 kernel_max)
{
	u32 misc_low = 0, misc_high;
	u64 tsc_hz, full_ms;
	char cap[64] = "";

	rdmsr_safe(MSR_IA32_VMX_MISC, &misc_low, &misc_high);
	hv_timer_rate = misc_low & HV_TIMER_MAX_RATE;
	hv_timer_max_value = min_t(u64, kernel_max, hv_timer_cpu_max_value());
	erratum = erratum || hv_timer_cpu_is_broken(cpuid_eax(1));
	hv_timer_off_reason = hv_timer_why_off(wanted, pin_based_exec_ctrl, erratum, evmcs);

	tsc_hz = hv_timer_tsc_hz(hv_timer_host_tsc_hz());
	full_ms = hv_timer_full_count_ms(tsc_hz, hv_timer_rate, hv_timer_max_value);
	if (hv_timer_max_value != HV_TIMER_NO_CAP)
		snprintf(cap, sizeof(cap), ", values capped at 0x%llx by erratum EMR158",
			 hv_timer_max_value);
	pr_info("%s%s (rate %u, TSC %llu Hz%s, full count %llu.%03llu s%s)\n",
		hv_timer_off_reason ? "off: " : "on",
		hv_timer_off_reason ?: "", hv_timer_rate, tsc_hz,
		tsc_khz ? "" : " assumed", full_ms / 1000, full_ms % 1000, cap);

	if (hv_timer_off_reason)
		static_branch_enable(&hv_timer_off);
	return !hv_timer_off_reason;
}

static int hv_timer_show(struct seq_file *m, void *unused)
{
	u64 tsc_hz = hv_timer_host_tsc_hz();

	seq_printf(m, "state: %s\n", hv_timer_off_reason ? "off" : "on");
	seq_printf(m, "reason: %s\n", hv_timer_off_reason ?: "-");
	seq_printf(m, "rate: %u\n", hv_timer_rate);
	seq_printf(m, "tsc_hz: %llu\n", tsc_hz);
	seq_printf(m, "max_value: %llu\n", hv_timer_max_value);
	seq_printf(m, "full_count_ms: %llu\n",
		   hv_timer_full_count_ms(tsc_hz, hv_timer_rate, hv_timer_max_value));
	hv_timer_show_total(m, "", "deadline_entries", &hv_timer_stats.deadline_entries);
	hv_timer_show_total(m, "", "soft_disables", &hv_timer_stats.soft_disables);
	hv_timer_show_total(m, "", "forced_exits", &hv_timer_stats.forced_exits);
	hv_timer_show_total(m, "", "timer_exits", &hv_timer_stats.timer_exits);
	hv_timer_show_total(m, "", "spurious_exits", &hv_timer_stats.spurious_exits);
	hv_timer_show_total(m, "", "pin_control_writes", &hv_timer_stats.pin_control_writes);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hv_timer);

/**
 * hv_timer_debugfs_create() - create /sys/kernel/debug/kvm-intel/hv_timer
 *
 * The file has a line for each figure: state, reason, rate, tsc_hz (0: not known),
 * max_value, full_count_ms (the time of max_value), and the totals of struct
 * hv_timer_stats since the module was loaded. Failure to create it is ignored.
 *
 * Context: process, as the last step of loading the module.
 */
void hv_timer_debugfs_create(void)
{
	struct dentry *dir = debugfs_create_dir("kvm-intel", NULL);

	/* Old kernels return NULL: a file below it would outlive the module. */
	if (IS_ERR_OR_NULL(dir))
		return;

	hv_timer_dir = dir;
	debugfs_create_file("hv_timer", 0444, dir, NULL, &hv_timer_fops);
}

/**
 * hv_timer_debugfs_remove() - remove what hv_timer_debugfs_create() created
 *
 * Context: process, as the first step of unloading the module.
 */
void hv_timer_debugfs_remove(void)
{
	debugfs_remove_recursive(hv_timer_dir);
}
