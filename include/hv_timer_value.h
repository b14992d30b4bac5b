/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arithmetic of the VMX preemption timer: pure functions on integers.
 *
 * Nothing here knows KVM, a VMCS or a CPU. The module, the KUnit suites and the proofs
 * all compile this file.
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

/* The highest value without an erratum: all that 32 bits hold. */
#define HV_TIMER_NO_CAP			0xffffffffU

/*
 * The highest soft-disable value. A build that tests the filter of spurious exits lowers
 * it, so that such exits happen often. It does not limit deadlines.
 */
#ifndef HV_TIMER_SOFT_DISABLED
#define HV_TIMER_SOFT_DISABLED		HV_TIMER_NO_CAP
#endif

/* Bits 4:0 of IA32_VMX_MISC (SDM volume 3, appendix A.6): the highest rate, and their mask. */
#define HV_TIMER_MAX_RATE		31U

/* hv_deadline_tsc without a deadline. */
#define HV_TIMER_NO_DEADLINE		(~0ULL)

/* A timer that runs out sooner than this is not used: see hv_timer_too_short(). */
#define HV_TIMER_MIN_SECONDS		10U

/* Assumed if the TSC's frequency is unknown, to err towards "too short". */
#define HV_TIMER_UNKNOWN_TSC_HZ		5000000000ULL

/**
 * enum hv_timer_action - what a VM entry does to the timer value in the VMCS
 * @HV_TIMER_KEEP: nothing; the VMCS holds hv_timer_soft_disable_value() already
 * @HV_TIMER_FORCE_EXIT: write 0, which exits before the guest's first instruction
 *	(SDM volume 3, "VMX-Preemption Timer", says so for 0 only)
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
 * hv_timer_cpu_is_broken() - whether a CPU's timer must not be used
 * @signature: CPUID.1:EAX, all of it
 *
 * For kernels before 5.0, and vendors', whose own list lacks this CPU. Every kernel with
 * an hv timer has the other broken CPUs on its list.
 *
 * Return: true for a CPU that a kernel's own list may lack.
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
 * @denominator: CPUID.15H:EAX, of the TSC's ratio to the crystal clock; 0 without that
 *	leaf
 * @numerator: CPUID.15H:EBX, of the same ratio; 0 without that leaf
 * @hypervisor: whether this is a virtual CPU, whose timer is not the CPU's
 *
 * Erratum EMR158: values of (@numerator << 25) / @denominator and more may run out early.
 * The product has 57 bits at most. If the quotient is 0 no value is right;
 * hv_timer_too_short() refuses any result below 10.
 *
 * Return: the value, in timer ticks, 0 to HV_TIMER_NO_CAP; HV_TIMER_NO_CAP without an
 *	erratum that 32 bits can reach.
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
 * hv_timer_soft_disable_value() - the value that soft-disables the timer
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
 * hv_timer_tsc_hz() - TSC frequency to calculate with
 * @tsc_hz: the host's TSC frequency in Hz; 0 if unknown
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
 * A soft-disabled timer must practically never fire. One whose full count lasts under
 * HV_TIMER_MIN_SECONDS might, so it is not used. The timer's frequency is compared and not
 * divided by, because it can be 0 after the shift. 0 means below 1 Hz: a @max below 10 may
 * then be too short, or no value may be right, so it is refused as well.
 *
 * Return: true if the timer must not be used.
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
 * Rounded down, so that the timer never fires later than @deadline. A deadline that is too
 * far away fires early. That happens only if the TSC went backwards, because
 * hv_timer_deadline() refuses such a deadline.
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
 * hv_timer_value_quick() - timer value that fires at a deadline, except in rare cases
 * @deadline: host TSC at which to fire, in TSC ticks
 * @now: host TSC, in TSC ticks; below 2^63, which a TSC takes decades to reach
 * @rate: the timer's rate, 0 to HV_TIMER_MAX_RATE
 *
 * For VM entry: one comparison with the highest value finds the rare cases. For a deadline
 * that has passed the subtraction wraps to 2^63 ticks or more, which 32 bits hold at no
 * rate.
 *
 * Return: what hv_timer_value() returns; or more than its @max, and the caller must
 *	call hv_timer_value().
 * Context: any.
 */
static inline u64 hv_timer_value_quick(u64 deadline, u64 now, unsigned int rate)
{
#ifdef __CPROVER
	/* CBMC reports any wrap. This one is intended. */
	if (deadline < now)
		return (~(now - deadline) + 1) >> rate;
#endif
	return (deadline - now) >> rate;
}

/**
 * hv_timer_guest_delta() - ticks from now to a guest's TSC deadline
 * @deadline: the guest's TSC deadline, in guest TSC ticks
 * @now: the guest's TSC, in guest TSC ticks
 * @advance: how much earlier to wake the host, in guest TSC ticks
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
 * In C the compiler calls a library function that the kernel lacks. The CPU has one
 * instruction for it, which faults if @high is not less than @divisor.
 *
 * Return: the quotient, rounded down.
 * Context: any.
 * Source: SDM volume 2, DIV.
 */
static inline u64 hv_timer_div_128(u64 high, u64 low, u64 divisor)
{
#ifdef __CPROVER
	/* The proofs' model of the instruction. */
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
 * Return: 0, or -ERANGE if the result does not fit in 64 bits, or @ratio is 0.
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
 * hv_timer_deadline() - host deadline, if the timer can hold it
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
 * @soft_disabled: whether the VMCS about to be entered is soft-disabled; read only if
 *	nothing else decides
 *
 * Return: the action.
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
 * The action decides and not the value: a deadline may equal the soft-disable value, and
 * its exit is a real one.
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
 * hv_timer_exit_is_spurious() - whether a PREEMPTION_TIMER exit is spurious
 * @soft_disabled: the VMCS that exited is soft-disabled
 *
 * Return: true if the guest must be entered again as if the exit had not happened.
 * Context: any.
 * Source: docs/GUARANTEES.md, B5.
 */
static inline bool hv_timer_exit_is_spurious(bool soft_disabled)
{
	return soft_disabled;
}

#endif /* HV_TIMER_VALUE_H */
