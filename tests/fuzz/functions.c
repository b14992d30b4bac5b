// SPDX-License-Identifier: GPL-2.0-only
/* The pure functions, compared with the same in integers so wide that nothing wraps. */
#include "fuzz.h"
#include "hv_timer_value.h"

void value_of_a_deadline(void)
{
	u64 now = odd_number(), deadline = number_near(now);
	s128 left = (s128)deadline - now;
	s128 ticks = left > 0 ? left / ((s128)1 << hv_timer_rate) : 0;
	s128 max = hv_timer_max_value;
	u32 value = hv_timer_value(deadline, now, hv_timer_rate, hv_timer_max_value);

	tell("value: deadline %#llx now %#llx rate %u: %#x", deadline, now, hv_timer_rate, value);
	expect(value == (ticks > max ? max : ticks), "hv_timer_value()");
}

void deadline_from_a_delta(void)
{
	u64 now = odd_number() & LATEST, delta = odd_number(), deadline = 42;
	int r = hv_timer_deadline(now, delta, hv_timer_rate, hv_timer_max_value, &deadline);
	u128 sum = (u128)now + delta;

	tell("deadline: now %#llx delta %#llx rate %u: %d %#llx", now, delta, hv_timer_rate, r,
	     deadline);
	/* At most as long as the timer counts. */
	if (delta / ((u128)1 << hv_timer_rate) > hv_timer_max_value)
		expect(r == -ERANGE && deadline == 42, "hv_timer_deadline() refuses");
	else
		expect(!r && deadline == sum, "hv_timer_deadline()");
}

void guest_delta(void)
{
	u64 now = odd_number(), deadline = number_near(now), advance = odd_number();
	u64 delta = hv_timer_guest_delta(deadline, now, advance);
	s128 left = (s128)deadline - now;

	left = (left < 0 ? 0 : left) - advance;
	tell("delta: deadline %#llx now %#llx advance %#llx: %#llx", deadline, now, advance, delta);
	expect((s128)delta == (left < 0 ? 0 : left), "hv_timer_guest_delta()");
}

void scale(void)
{
	u64 guest = odd_number(), ratio = odd_number(), host = 42;
	unsigned int bits = below(4) ? 48 : 1 + below(63);
	int r = hv_timer_scale(guest, bits, ratio, &host);
	u128 dividend = (u128)guest * ((u128)1 << bits);

	tell("scaled: guest %#llx bits %u ratio %#llx: %d %#llx", guest, bits, ratio, r, host);
	if (!ratio || dividend / ratio > ~0ULL)
		expect(r == -ERANGE && host == 42, "hv_timer_scale() refuses");
	else
		expect(!r && host == dividend / ratio, "hv_timer_scale()");
}

static void ten_seconds(void)
{
	u64 hz = odd_number() % (~0ULL / 1000 + 1), assumed = hz ? hz : 5000000000ULL;
	u32 max = hv_timer_max_value;
	u128 count = (u128)max << hv_timer_rate;
	bool short_one = max < 10 || (assumed >> hv_timer_rate) * 10 > max;

	tell("rule: %llu Hz rate %u", hz, hv_timer_rate);
	expect(hv_timer_tsc_hz(hz) == assumed, "hv_timer_tsc_hz()");
	expect(hv_timer_too_short(hz, hv_timer_rate, max) == short_one, "hv_timer_too_short()");
	expect(hv_timer_full_count_ms(hz, hv_timer_rate, max) == (u64)(count * 1000 / assumed),
	       "hv_timer_full_count_ms()");
}

/* Erratum EMR158, for any content of CPUID.15H. */
static void cap(void)
{
	u32 eax = odd_number(), ebx = odd_number();
	bool hypervisor = !below(8);
	u32 max = hv_timer_highest_value(eax, ebx, hypervisor);
	u128 wrong = (u128)1 << 32;

	if (eax && ebx && !hypervisor)
		wrong = (u128)ebx * 0x2000000 / eax;
	tell("EMR158: EAX %#x EBX %#x hypervisor %d: %#x", eax, ebx, hypervisor, max);
	expect(max < wrong || (!max && hv_timer_too_short(odd_number(), hv_timer_rate, max)),
	       "B11: the highest value is one that the CPU gets right");
	expect(max == ALL_BITS || wrong <= max + (u128)1, "and no higher one is");
}

/* What is computed when the module is loaded, and when a vmcs02 is set up. */
void set_up(void)
{
	ten_seconds();
	cap();
	both_controls();
}
