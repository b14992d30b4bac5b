/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arithmetic of the VMX preemption timer: pure functions on integers.
 *
 * Nothing in this file knows KVM, a VMCS or a CPU. The module, the KUnit
 * suites and the proofs all compile this very text.
 *
 * The timer (SDM volume 3, "VMX-Preemption Timer") counts down from a 32-bit
 * value that is loaded at VM entry. It is decremented each time bit X of the
 * TSC changes, where X is the rate in bits 4:0 of IA32_VMX_MISC, so a value of
 * v runs out no later than v << X TSC ticks after VM entry.
 */
#ifndef HV_TIMER_VALUE_H
#define HV_TIMER_VALUE_H

#include <linux/errno.h>
#include <linux/math64.h>
#include <linux/types.h>

/* The highest value of a timer that gets none wrong: all that 32 bits hold. */
#define HV_TIMER_NO_CAP			0xffffffffU

/*
 * The most that is written for "soft-disabled". A build that tests the filter of
 * spurious exits may lower it, so that such exits happen while somebody is
 * watching. What a deadline may come to stays as it is.
 */
#ifndef HV_TIMER_SOFT_DISABLED
#define HV_TIMER_SOFT_DISABLED		HV_TIMER_NO_CAP
#endif

/* Bits 4:0 of IA32_VMX_MISC (SDM volume 3, appendix A.6): the highest rate, and their mask. */
#define HV_TIMER_MAX_RATE		31U

/* What hv_deadline_tsc holds while the timer carries no deadline. */
#define HV_TIMER_NO_DEADLINE		(~0ULL)

/* A timer that runs out sooner than this is not used: see hv_timer_too_short(). */
#define HV_TIMER_MIN_SECONDS		10U

/* Assumed where the TSC's frequency is not known, to err towards "too short". */
#define HV_TIMER_UNKNOWN_TSC_HZ		5000000000ULL

/**
 * enum hv_timer_action - what a VM entry does to the timer value in the VMCS
 * @HV_TIMER_KEEP: nothing; the VMCS holds hv_timer_soft_disable_value() already
 * @HV_TIMER_FORCE_EXIT: write 0, which exits before the guest's first
 *	instruction (SDM volume 3, "VMX-Preemption Timer": promised for 0 only)
 * @HV_TIMER_ARM: write what is left until the deadline
 * @HV_TIMER_SOFT_DISABLE: write hv_timer_soft_disable_value()
 */
enum hv_timer_action {
	HV_TIMER_KEEP,
	HV_TIMER_FORCE_EXIT,
	HV_TIMER_ARM,
	HV_TIMER_SOFT_DISABLE,
};

/**
 * hv_timer_cpu_is_broken() - whether a CPU's timer is not to be used at all
 * @signature: CPUID.1:EAX, all of it
 *
 * It is there for kernels before 5.0 and for vendors' that lack the entry: what
 * else is broken is on KVM's own list on every kernel that has an hv timer.
 *
 * Return: true for a CPU that a kernel's own list may have forgotten.
 * Context: any.
 * Source: docs/GUARANTEES.md, B11; KVM's vmx_preemption_cpu_tfms[] since 5.0.
 */
static inline bool hv_timer_cpu_is_broken(u32 signature)
{
	/* Xeon E3-1220 v2 */
	return signature == 0x306a8;
}

/**
 * hv_timer_highest_value() - the highest value that the CPU gets right
 * @denominator: CPUID.15H:EAX, of the TSC's ratio to the crystal clock; 0 where
 *	there is no such leaf
 * @numerator: CPUID.15H:EBX, of the same ratio; 0 where there is no such leaf
 * @hypervisor: whether this is a virtual CPU, whose timer is not the CPU's
 *
 * Erratum EMR158: values of (@numerator << 25) / @denominator and more may run
 * out early. The product has 57 bits at most. Where the quotient is 0 no value
 * is right: hv_timer_too_short() says so for any result below 10.
 *
 * Return: the value, in timer ticks, 0 to HV_TIMER_NO_CAP; HV_TIMER_NO_CAP where
 *	there is no erratum, or none that 32 bits can reach.
 * Context: any.
 * Source: docs/GUARANTEES.md, B11; Intel's document 793902, EMR158; SDM volume 2,
 *	CPUID, leaf 15H.
 */
static inline u32 hv_timer_highest_value(u32 denominator, u32 numerator, bool hypervisor)
{
	u64 wrong;

	if (hypervisor || !denominator || !numerator)
		return HV_TIMER_NO_CAP;

	wrong = div_u64((u64)numerator << 25, denominator);
	if (wrong > HV_TIMER_NO_CAP)
		return HV_TIMER_NO_CAP;
	return wrong ? (u32)wrong - 1 : 0;
}

/**
 * hv_timer_soft_disable_value() - the value that stands for "soft-disabled"
 * @max: the highest value that is written, in timer ticks; HV_TIMER_NO_CAP
 *	without an erratum
 *
 * Return: @max, or less in a build with a lower HV_TIMER_SOFT_DISABLED.
 * Context: any.
 * Source: docs/GUARANTEES.md, B2 and B11.
 */
static inline u32 hv_timer_soft_disable_value(u32 max)
{
	return max < HV_TIMER_SOFT_DISABLED ? max : HV_TIMER_SOFT_DISABLED;
}

/**
 * hv_timer_tsc_hz() - TSC frequency to reckon with
 * @tsc_hz: the host's TSC frequency in Hz; 0 when it is not known
 *
 * Return: @tsc_hz, or HV_TIMER_UNKNOWN_TSC_HZ for 0. In Hz, never 0.
 * Context: any.
 */
static inline u64 hv_timer_tsc_hz(u64 tsc_hz)
{
	return tsc_hz ? tsc_hz : HV_TIMER_UNKNOWN_TSC_HZ;
}

/**
 * hv_timer_too_short() - the 10 s rule
 * @tsc_hz: the host's TSC frequency in Hz; 0 when it is not known
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 * @max: the highest value that is written, in timer ticks; HV_TIMER_NO_CAP
 *	without an erratum
 *
 * A soft-disabled timer must practically never fire. One whose full count
 * lasts under HV_TIMER_MIN_SECONDS might, so it is not used at all. It is the
 * timer's frequency that is compared, because it can be 0 after the shift and
 * so can't be divided by. At 0, below 1 Hz, it is not known that a count of less
 * than 10 lasts long enough, and no value at all may be right.
 *
 * Return: true when the timer is not to be used.
 * Context: any.
 * Source: docs/GUARANTEES.md, B7; the same bound as in KVM's hardware_setup() since 5.3.
 */
static inline bool hv_timer_too_short(u64 tsc_hz, unsigned int rate, u32 max)
{
	return max < HV_TIMER_MIN_SECONDS ||
		(hv_timer_tsc_hz(tsc_hz) >> rate) > max / HV_TIMER_MIN_SECONDS;
}

/**
 * hv_timer_full_count_ms() - how long the full count lasts
 * @tsc_hz: the host's TSC frequency in Hz, up to U64_MAX / 1000; 0 when it is
 *	not known
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 * @max: the highest value that is written, in timer ticks; HV_TIMER_NO_CAP
 *	without an erratum
 *
 * Return: the time from @max to 0 in ms, rounded down.
 * Context: any.
 */
static inline u64 hv_timer_full_count_ms(u64 tsc_hz, unsigned int rate, u32 max)
{
	u64 ticks = (u64)max << rate;
	u64 hz = hv_timer_tsc_hz(tsc_hz);

	/* The quotient is at most 2^63 / 1000 and the remainder below hz: both fit. */
	return ticks / hz * 1000 + ticks % hz * 1000 / hz;
}

/**
 * hv_timer_value() - timer value that fires at a deadline
 * @deadline: host TSC at which to fire, in TSC ticks
 * @now: host TSC, in TSC ticks
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 * @max: the highest value that is written, in timer ticks; HV_TIMER_NO_CAP
 *	without an erratum
 *
 * Rounded down, so that the timer never fires later than @deadline. What is
 * too far away to fit fires early instead, which cannot happen to a deadline
 * that hv_timer_deadline() let pass unless the TSC went backwards since then.
 *
 * Return: the value in timer ticks, 0 to @max; 0 when @deadline is not after @now.
 * Context: any.
 * Source: docs/GUARANTEES.md, B3 and B11; SDM volume 3, "VMX-Preemption Timer".
 */
static inline u32 hv_timer_value(u64 deadline, u64 now, unsigned int rate, u32 max)
{
	u64 value;

	if (deadline <= now)
		return 0;

	value = (deadline - now) >> rate;
	if (__builtin_expect(value > max, 0))
		return max;
	return (u32)value;
}

/**
 * hv_timer_value_quick() - timer value that fires at a deadline, but for rare cases
 * @deadline: host TSC at which to fire, in TSC ticks
 * @now: host TSC, in TSC ticks; below 2^63, which a TSC takes decades to reach
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 *
 * For VM entry, where one comparison with the highest value is to tell all. A deadline
 * that has passed is 2^63 ticks away or more, for the subtraction wraps: that is beyond
 * what 32 bits hold at any rate.
 *
 * Return: what hv_timer_value() returns, where that is up to its @max; else more
 *	than @max, and the caller asks hv_timer_value().
 * Context: any.
 */
static inline u64 hv_timer_value_quick(u64 deadline, u64 now, unsigned int rate)
{
#ifdef __CPROVER
	/* The proofs take any wrap for a mistake. This one is meant. */
	if (deadline < now)
		return (~(now - deadline) + 1) >> rate;
#endif
	return (deadline - now) >> rate;
}

/**
 * hv_timer_guest_delta() - ticks from now to a guest's TSC deadline
 * @deadline: the guest's TSC deadline, in guest TSC ticks
 * @now: the guest's TSC, in guest TSC ticks
 * @advance: how much sooner the host is to be woken, in guest TSC ticks
 *
 * Return: what is left, in guest TSC ticks; 0 when @deadline less @advance is
 *	not after @now.
 * Context: any.
 */
static inline u64 hv_timer_guest_delta(u64 deadline, u64 now, u64 advance)
{
	u64 delta = (deadline > now ? deadline : now) - now;

	return delta > advance ? delta - advance : 0;
}

/**
 * hv_timer_div_128() - divide 128 bits by 64
 * @high: high half of the dividend, less than @divisor
 * @low: low half of the dividend
 * @divisor: not 0
 *
 * The compiler makes a call of a library function, which the kernel does not
 * have, of this division in C; the CPU has it as one instruction, which faults
 * when @high is not less than @divisor.
 *
 * Return: the quotient, rounded down.
 * Context: any.
 * Source: SDM volume 2, DIV.
 */
static inline u64 hv_timer_div_128(u64 high, u64 low, u64 divisor)
{
#ifdef __CPROVER
	/* The proofs define it: their model of the instruction. */
	return (u64)((((u128)high << 64) | low) / divisor);
#else
	asm("divq %2" : "+a" (low), "+d" (high) : "rm" (divisor) : "cc");

	return low;
#endif
}

/**
 * hv_timer_scale() - convert guest TSC ticks into host TSC ticks
 * @guest: guest TSC ticks
 * @frac_bits: binary places of @ratio, 1 to 63; 48 in VMX
 * @ratio: guest ticks for one host tick, as a fixed-point number (the VMCS's
 *	TSC multiplier)
 * @host: where the host TSC ticks go, rounded down; left alone on failure
 *
 * Return: 0, or -ERANGE when the result does not fit in 64 bits (a ratio of 0
 *	included).
 * Context: any.
 * Source: SDM volume 3, "TSC multiplier"; the inverse of what the CPU does.
 */
static inline int hv_timer_scale(u64 guest, unsigned int frac_bits, u64 ratio,
				 u64 *host)
{
	u64 high = guest >> (64 - frac_bits);

	if (high >= ratio)
		return -ERANGE;

	*host = hv_timer_div_128(high, guest << frac_bits, ratio);
	return 0;
}

/**
 * hv_timer_deadline() - host deadline, if the timer can carry it
 * @now: host TSC, in TSC ticks; below 2^63, which a TSC takes decades to reach, so
 *	that the sum neither wraps nor is HV_TIMER_NO_DEADLINE
 * @delta: host TSC ticks from @now to the deadline
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 * @max: the highest value that is written, in timer ticks; HV_TIMER_NO_CAP
 *	without an erratum
 * @deadline: where the host TSC of the deadline goes; left alone on failure
 *
 * Return: 0, or -ERANGE when @delta is more than @max after the shift. KVM then
 *	uses an hrtimer.
 * Context: any.
 * Source: docs/GUARANTEES.md, B3 and B11; KVM's vmx_set_hv_timer().
 */
static inline int hv_timer_deadline(u64 now, u64 delta, unsigned int rate, u64 max,
				    u64 *deadline)
{
	if (delta >> rate > max)
		return -ERANGE;

	*deadline = now + delta;
	return 0;
}

/**
 * hv_timer_entry_action() - what to do to the timer value at a VM entry
 * @force_exit: an immediate exit was asked for
 * @deadline: host TSC of the deadline, HV_TIMER_NO_DEADLINE for none
 * @soft_disabled: whether the VMCS about to be entered is soft-disabled; looked at
 *	only when nothing else decides
 *
 * Return: the action. The VMCS is soft-disabled after it exactly when
 *	hv_timer_action_soft_disables() says so.
 * Context: any.
 * Source: docs/GUARANTEES.md, B2 to B4.
 */
static inline enum hv_timer_action
hv_timer_entry_action(bool force_exit, u64 deadline, const bool *soft_disabled)
{
	if (force_exit)
		return HV_TIMER_FORCE_EXIT;
	if (deadline != HV_TIMER_NO_DEADLINE)
		return HV_TIMER_ARM;
	return *soft_disabled ? HV_TIMER_KEEP : HV_TIMER_SOFT_DISABLE;
}

/**
 * hv_timer_action_soft_disables() - whether a VMCS is soft-disabled after an action
 * @action: what was done at the VM entry
 *
 * It is the action that counts and not the value written: a real deadline may
 * come to that of "soft-disabled", and its exit is a real one.
 *
 * Return: true when the VMCS is soft-disabled.
 * Context: any.
 * Source: docs/GUARANTEES.md, B2 and B3.
 */
static inline bool hv_timer_action_soft_disables(enum hv_timer_action action)
{
	return action == HV_TIMER_KEEP || action == HV_TIMER_SOFT_DISABLE;
}

/**
 * hv_timer_exit_is_spurious() - whether a PREEMPTION_TIMER exit means nothing
 * @soft_disabled: the VMCS that exited is soft-disabled
 *
 * Return: true when nobody asked for the exit and the guest is to be
 *	re-entered as if it had not happened.
 * Context: any.
 * Source: docs/GUARANTEES.md, B5.
 */
static inline bool hv_timer_exit_is_spurious(bool soft_disabled)
{
	return soft_disabled;
}

#endif /* HV_TIMER_VALUE_H */
