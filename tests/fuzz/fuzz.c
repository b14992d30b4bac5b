// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: runs the module's own unit in random sequences of what KVM may do with it, and
 * compares it with a model that knows only the guarantees.
 *
 *	fuzz SEED CASES [CASE]
 *
 * A case is a sequence. With CASE, only that one runs, and each of its steps is printed.
 * Prints "ok" and ends with 0, or prints what was wrong and ends with 1.
 *
 * The headers in place of the kernel's are those of the proofs.
 */
#include <sanitizer/common_interface_defs.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define STEPS_AT_MOST	64

static u64 seed, case_number, state;
static bool telling, ended;

void tell(const char *format, ...)
{
	va_list arguments;

	if (!telling)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

/* A CPU fault, or a sanitizer's report, which is printed already. */
static void on_death(void)
{
	if (!ended)
		printf("not ok case %llu of SEED=%llu: a fault\n", case_number, seed);
	fflush(stdout);
}

void wrong(const char *what)
{
	ended = true;
	printf("not ok case %llu of SEED=%llu: %s\n", case_number, seed, what);
	exit(1);
}

void expect(bool good, const char *what)
{
	if (!good)
		wrong(what);
}

/* splitmix64: a case's numbers depend only on the seed and on its number. */
u64 any64(void)
{
	u64 z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

u64 below(u64 bound)
{
	return any64() % bound;
}

bool nondet_bool(void)
{
	return any64() & 1;
}

/* Of any length, often next to a power of two. */
u64 odd_number(void)
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

/* Often just before or after another TSC, or so far away that the timer value is near its limit. */
u64 number_near(u64 other)
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

/* The steps of a case, and how often in 16 each comes. */
static const struct step {
	unsigned int weight;
	void (*take)(void);
} steps[] = {
	{ 1, make_vmcs },
	{ 1, load_vmcs },
	{ 2, set_deadline },
	{ 1, set_pin_controls },
	{ 1, value_of_a_deadline },
	{ 1, deadline_from_a_delta },
	{ 1, guest_delta },
	{ 1, scale },
	{ 1, set_up },
	{ 1, pass_time },
	{ 5, enter },
};

static void take_step(void)
{
	const struct step *step = steps;
	u64 which = below(16);

	while (which >= step->weight)
		which -= step++->weight;
	step->take();
}

static void run_case(u64 number)
{
	int left;

	case_number = number;
	state = seed * 0xd1342543de82ef95 ^ number;
	vcpu_begin();
	for (left = below(STEPS_AT_MOST); left >= 0; left--)
		take_step();
	expect_counters();
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
