// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: the unit's code, as the module has it, in random sequences of what KVM may do
 * with it, against a model that knows only what the design guarantees.
 *
 *	fuzz SEED CASES [CASE]
 *
 * A case is a sequence. With CASE, that one alone, and all that happens in it is
 * told. Ends with "ok" or with what was wrong, and status 0 or 1.
 *
 * The headers that stand for the kernel's are those of the proofs.
 */
#include <sanitizer/common_interface_defs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm.h"

#define STEPS_AT_MOST	64
#define ALL_BITS	0xffffffffull
/* The last TSC there may be. */
#define LATEST		(~0ull >> 1)

/* vmcs01 and two nested ones. */
static struct loaded_vmcs nested[2];
static struct vcpu_vmx vcpu;
static u64 tsc;

static u64 rdtsc(void)
{
	return tsc;
}

static void wrong(const char *what);

static void vmcs_write32(u32 field, u32 value)
{
	if (field != VMX_PREEMPTION_TIMER_VALUE)
		wrong("another field than the timer value is written");
	vcpu.loaded_vmcs->value = value;
	vcpu.loaded_vmcs->value_writes++;
}

static u32 pin_controls_get(struct vcpu_vmx *vmx)
{
	return vmx->loaded_vmcs->pin_controls;
}

static void pin_controls_set(struct vcpu_vmx *vmx, u32 val)
{
	vmx->loaded_vmcs->pin_controls = val;
	vmx->loaded_vmcs->pin_control_writes++;
}

#include "hv_timer.h"

struct hv_timer_stats hv_timer_stats;
unsigned int hv_timer_rate;
u64 hv_timer_max_value;
DEFINE_STATIC_KEY_FALSE(hv_timer_off);

/* What should be, by the design. */
static struct {
	struct {
		bool idle;	/* it was entered, and last without a deadline or a forced exit */
		u32 pin_controls;
	} vmcs[3];
	struct hv_timer_stats stats;
} model;

static u64 seed, case_number, state;
static bool telling, ended;

static void tell(const char *format, ...)
{
	va_list arguments;

	if (!telling)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

/* A fault of the CPU's or of a sanitizer's finding: it has said what. */
static void on_death(void)
{
	if (!ended)
		printf("not ok case %llu of SEED=%llu: a fault\n", case_number, seed);
	fflush(stdout);
}

static void wrong(const char *what)
{
	ended = true;
	printf("not ok case %llu of SEED=%llu: %s\n", case_number, seed, what);
	exit(1);
}

static void expect(bool good, const char *what)
{
	if (!good)
		wrong(what);
}

/* splitmix64: a case's numbers depend on nothing but the seed and its number. */
static u64 any64(void)
{
	u64 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static u64 below(u64 bound)
{
	return any64() % bound;
}

bool nondet_bool(void)
{
	return any64() & 1;
}

/* Of any length, and often beside a power of two. */
static u64 odd_number(void)
{
	unsigned int bits = below(65);
	u64 most = bits ? ~0ULL >> (64 - bits) : 0;

	switch (below(4)) {
	case 0:
		return most + 2 - below(5);
	case 1:
		return below(5);
	default:
		return any64() & most;
	}
}

/* Often just before or behind another, or so far from it that a timer value is at its end. */
static u64 number_near(u64 other)
{
	switch (below(4)) {
	case 0:
		return odd_number();
	case 1:
		return other + 2 - below(5);
	case 2:
		return other + ((hv_timer_max_value + 2ull - below(5)) << hv_timer_rate) +
			below(3) - 1;
	default:
		return other + below(1ULL << (1 + below(40)));
	}
}

/* The pure functions, in integers so wide that nothing wraps. */

static void value_of_a_deadline(void)
{
	u64 now = odd_number(), deadline = number_near(now);
	s128 left = (s128)deadline - now;
	s128 ticks = left > 0 ? left / ((s128)1 << hv_timer_rate) : 0;
	s128 max = hv_timer_max_value;
	u32 value = hv_timer_value(deadline, now, hv_timer_rate, hv_timer_max_value);

	tell("value: deadline %#llx now %#llx rate %u: %#x", deadline, now, hv_timer_rate, value);
	expect(value == (ticks > max ? max : ticks), "hv_timer_value()");
}

static void deadline_from_a_delta(void)
{
	u64 now = odd_number() & LATEST, delta = odd_number(), deadline = 42;
	int r = hv_timer_deadline(now, delta, hv_timer_rate, hv_timer_max_value, &deadline);
	u128 sum = (u128)now + delta;

	tell("deadline: now %#llx delta %#llx rate %u: %d %#llx", now, delta, hv_timer_rate, r,
	     deadline);
	/* Not longer than the timer counts. */
	if (delta / ((u128)1 << hv_timer_rate) > hv_timer_max_value)
		expect(r == -ERANGE && deadline == 42, "hv_timer_deadline() refuses");
	else
		expect(!r && deadline == sum, "hv_timer_deadline()");
}

static void guest_delta(void)
{
	u64 now = odd_number(), deadline = number_near(now), advance = odd_number();
	u64 delta = hv_timer_guest_delta(deadline, now, advance);
	s128 left = (s128)deadline - now;

	left = (left < 0 ? 0 : left) - advance;
	tell("delta: deadline %#llx now %#llx advance %#llx: %#llx", deadline, now, advance, delta);
	expect((s128)delta == (left < 0 ? 0 : left), "hv_timer_guest_delta()");
}

static void scale(void)
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

/* Erratum EMR158, by all that CPUID.15H can say. */
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

static void both_controls(void)
{
	u32 l0 = any64(), l1 = any64(), timer = 0x40, controls = hv_timer_pin_controls(l0, l1);

	tell("both: l0 %#x l1 %#x off %d: %#x", l0, l1, hv_timer_off.enabled, controls);
	expect((controls & ~timer) == ((l0 | l1) & ~timer), "a pin control is lost or made up");
	expect(!(controls & timer) == !(!hv_timer_off.enabled && l0 & timer),
	       "the timer bit of vmcs02");
}

/* What happens to a vCPU. */

static int loaded(void)
{
	return vcpu.loaded_vmcs == &vcpu.vmcs01 ? 0 : 1 + (vcpu.loaded_vmcs - nested);
}

static struct loaded_vmcs *vmcs(int i)
{
	return i ? &nested[i - 1] : &vcpu.vmcs01;
}

/* As KVM makes one: the flag is reset, the CPU's fields hold anything. */
static void init_vmcs(int i)
{
	tell("vmcs %d is made anew", i);
	*vmcs(i) = (struct loaded_vmcs){ .value = any64(), .pin_controls = any64() };
	model.vmcs[i].idle = false;
	model.vmcs[i].pin_controls = vmcs(i)->pin_controls;
}

static void load_vmcs(int i)
{
	tell("vmcs %d is loaded", i);
	vcpu.loaded_vmcs = vmcs(i);
}

static void set_deadline(void)
{
	u64 now = tsc, delta = number_near(0), before = vcpu.hv_deadline_tsc;
	int r = 1;

	/* KVM takes the deadline that the unit takes; and any, or none, comes from elsewhere. */
	if (below(2)) {
		r = hv_timer_set_deadline(&vcpu, now, delta);
		if (r)
			expect(vcpu.hv_deadline_tsc == before, "a refused deadline is left alone");
		else
			expect(delta >> hv_timer_rate <= hv_timer_max_value &&
			       vcpu.hv_deadline_tsc == now + delta, "hv_timer_set_deadline()");
	}
	if (r)
		vcpu.hv_deadline_tsc = below(3) ? number_near(tsc) : ~0ULL;
	tell("the deadline is %#llx", vcpu.hv_deadline_tsc);
}

static void pass_time(void)
{
	tsc = below(8) ? tsc + below(1ULL << (1 + below(36))) : number_near(vcpu.hv_deadline_tsc);
	tsc &= LATEST;
	tell("it is %#llx", tsc);
}

static void set_pin_controls(void)
{
	int i = loaded();
	u32 val = below(2) ? model.vmcs[i].pin_controls : any64();
	u32 writes = vmcs(i)->pin_control_writes;
	bool change = val != model.vmcs[i].pin_controls;

	tell("vmcs %d gets the pin controls %#x", i, val);
	hv_timer_pin_controls_set(&vcpu, val);
	model.vmcs[i].pin_controls = val;
	model.stats.pin_control_writes += change;
	expect(vmcs(i)->pin_controls == val, "B1: the pin controls are set");
	expect(vmcs(i)->pin_control_writes == writes + change, "B1: they are written on change");
}

static void enter(void)
{
	bool force = !below(4), armed = vcpu.hv_deadline_tsc != ~0ULL && !force;
	bool idle = !force && !armed;
	int i = loaded();
	u32 writes = vmcs(i)->value_writes, value;

	hv_timer_enter(&vcpu, force);
	value = vmcs(i)->value;
	writes = vmcs(i)->value_writes - writes;
	tell("vmcs %d is entered%s: %u writes, value %#x", i, force ? ", to exit at once" : "",
	     writes, value);
	expect(value <= hv_timer_max_value, "B11: nothing above the highest value");
	if (idle) {
		expect(value == hv_timer_max_value, "B2: idle, the longest value");
		expect(writes == !model.vmcs[i].idle, "B2: written once and then left alone");
	} else if (force) {
		expect(value == 0, "B4: a forced exit");
		expect(writes == 1, "B4: written");
	} else if (vcpu.hv_deadline_tsc <= tsc) {
		expect(value == 0, "B3: a deadline that has passed");
		expect(writes == 1, "B3: written");
	} else {
		u128 fires = (u128)tsc + ((u128)value << hv_timer_rate);
		u128 next = fires + ((u128)1 << hv_timer_rate);

		expect(writes == 1, "B3: written");
		expect(fires <= vcpu.hv_deadline_tsc, "B3: never later than the deadline");
		expect(next > vcpu.hv_deadline_tsc || value == hv_timer_max_value,
		       "B3: not earlier than it has to");
	}
	model.vmcs[i].idle = idle;
	model.stats.deadline_entries += armed;
	model.stats.forced_exits += force;
	model.stats.soft_disables += idle && writes;

	if (below(2)) {
		bool spurious = hv_timer_exit(&vcpu);

		tell("the timer exits: %s", spurious ? "spurious" : "real");
		expect(spurious == idle, "B5: spurious exactly when idle");
		model.stats.timer_exits++;
		model.stats.spurious_exits += idle;
	}
}

static void run_case(u64 number)
{
	int steps;

	case_number = number;
	state = seed * 0xd1342543de82ef95 ^ number;
	memset(&hv_timer_stats, 0, sizeof(hv_timer_stats));
	memset(&model, 0, sizeof(model));
	hv_timer_rate = below(3) ? below(32) : 5;
	/* Half of the CPUs have no erratum. */
	hv_timer_max_value = below(2) ? ALL_BITS : odd_number() & ALL_BITS;
	hv_timer_off.enabled = !below(4);
	tsc = odd_number() & LATEST;
	vcpu.hv_deadline_tsc = ~0ULL;
	init_vmcs(0);
	init_vmcs(1);
	init_vmcs(2);
	load_vmcs(0);
	for (steps = below(STEPS_AT_MOST); steps >= 0; steps--) {
		switch (below(16)) {
		case 0:
			init_vmcs(below(3));
			break;
		case 1:
			load_vmcs(below(3));
			break;
		case 2:
		case 3:
			set_deadline();
			break;
		case 4:
			set_pin_controls();
			break;
		case 5:
			value_of_a_deadline();
			break;
		case 6:
			deadline_from_a_delta();
			break;
		case 7:
			guest_delta();
			break;
		case 8:
			scale();
			break;
		case 9:
			ten_seconds();
			cap();
			both_controls();
			break;
		case 10:
			pass_time();
			break;
		default:
			enter();
			break;
		}
	}
	expect(!memcmp(&hv_timer_stats, &model.stats, sizeof(model.stats)), "a counter is wrong");
}

int main(int argc, char **argv)
{
	u64 cases, i;

	if (argc < 3)
		return 2;
	__sanitizer_set_death_callback(on_death);
	seed = strtoull(argv[1], NULL, 0);
	cases = strtoull(argv[2], NULL, 0);
	if (argc > 3) {
		telling = true;
		run_case(strtoull(argv[3], NULL, 0));
		return 0;
	}
	for (i = 0; i < cases; i++)
		run_case(i);
	printf("ok %llu sequences of what KVM does, SEED=%llu\n", cases, seed);
	return 0;
}
