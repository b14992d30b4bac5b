// SPDX-License-Identifier: GPL-2.0-only
/* The hv timer: its state, erratum EMR158, and why no guest uses the timer. */
#include <cpuid.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hv_timer_value.h"
#include "kvm-hvtimer.h"

#define MSR_VMX_MISC		0x485
#define LEAF_TSC		0x15
#define LEAF_FREQUENCY		0x16
/* CPUID.1:ECX: the CPU is a hypervisor's. */
#define HYPERVISOR		(1u << 31)
/* The rate of all CPUs on which EMR158 was seen. */
#define USUAL_RATE		5

static const char *seconds(uint64_t ms)
{
	return text("%" PRIu64 ".%03" PRIu64 " s", ms / 1000, ms % 1000);
}

static void take_figures(struct timer *to, char *figures)
{
	struct {
		const char *name;
		uint64_t *where;
		bool known;
	} wanted[] = {
		{ "rate", &to->rate, false },
		{ "tsc_hz", &to->hz, false },
		{ "max_value", &to->max, false },
		{ "full_count_ms", &to->ms, false },
	};
	char *figure, *rest = NULL;
	size_t i;

	for (figure = strtok_r(figures, "\n", &rest); figure;
	     figure = strtok_r(NULL, "\n", &rest)) {
		char *value = strstr(figure, ": ");
		uint64_t n;

		if (!value)
			continue;
		*value = '\0';
		value += 2;
		if (!strcmp(figure, "state")) {
			if (!strcmp(value, "on") || !strcmp(value, "off"))
				to->state = value;
		} else if (!strcmp(figure, "reason")) {
			to->reason = strcmp(value, "-") ? value : NULL;
		} else if (number(value, &n)) {
			bool taken = false;

			for (i = 0; i < 4; i++) {
				if (strcmp(figure, wanted[i].name))
					continue;
				*wanted[i].where = n;
				wanted[i].known = true;
				taken = true;
			}
			if (!taken)
				add(&to->counters, text("%s %" PRIu64, figure, n));
		}
	}
	to->figures = wanted[0].known && wanted[1].known && wanted[2].known && wanted[3].known;
}

/**
 * look_at_timer() - find out whether the timer is on, off or unknown
 * @loaded: the loaded module
 *
 * Reads the module's debugfs file, else its log line, else the parameter.
 *
 * Return: the state, with figures and counters if they are known.
 */
struct timer look_at_timer(const struct loaded *loaded)
{
	struct timer to = { .state = "unknown", .words = "" };
	const char *parameter, *said;
	char *figures;

	if (loaded->kind == NONE || loaded->kind == BUILTIN)
		return to;
	figures = content(DEBUGFS, NULL);
	if (figures && *figures) {
		take_figures(&to, figures);
		to.words = to.state;
		if (to.figures)
			to.words = text("%s: rate %" PRIu64 ", TSC %" PRIu64 " Hz, full count %s",
					to.state, to.rate, to.hz, seconds(to.ms));
		if (to.figures && to.max != HV_TIMER_NO_CAP)
			to.words = text("%s, values capped at 0x%" PRIx64 " by erratum EMR158",
					to.words, to.max);
		if (to.reason)
			to.words = text("%s; %s", to.words, to.reason);
		return to;
	}
	parameter = value_of(&loaded->parameters, "preemption_timer");
	if (parameter && !strcmp(parameter, "Y"))
		to.state = "on";
	else if (parameter && !strcmp(parameter, "N"))
		to.state = "off";
	to.words = text("%s, by the parameter preemption_timer", to.state);
	said = loaded->kind == OURS ? log_line("kvm_intel: hv timer ") : NULL;
	if (said)
		to.words = said;
	else if (loaded->kind == OURS && geteuid())
		to.words = text("%s (root sees why, and the counters)", to.words);
	else if (loaded->kind == STOCK)
		to.words = text("%s (this module does not say why)", to.words);
	return to;
}

/* Reads CPUID of this CPU, or with --root the file cpuid: "LEAF EAX EBX ECX EDX". */
static bool cpuid(unsigned int leaf, unsigned int of[4])
{
	struct list entries;
	char *all;
	size_t i, j;

	if (!*root)
		return __get_cpuid_count(leaf, 0, &of[0], &of[1], &of[2], &of[3]);
	all = content("/cpuid", NULL);
	entries = words(all ? all : "", "\n");
	for (i = 0; i < entries.count; i++) {
		struct list figures = words(entries.item[i], " ");

		if (figures.count != 5 || strtoul(figures.item[0], NULL, 16) != leaf)
			continue;
		for (j = 0; j < 4; j++)
			of[j] = (unsigned int)strtoul(figures.item[j + 1], NULL, 16);
		return true;
	}
	return false;
}

/* Reads IA32_VMX_MISC, which needs the msr driver and root. */
static bool rate_of_msr(unsigned int *rate)
{
	int msr = open(at("/dev/cpu/0/msr"), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t value;
	ssize_t n;

	if (msr < 0)
		return false;
	n = pread(msr, &value, sizeof(value), MSR_VMX_MISC);
	close(msr);
	*rate = value & HV_TIMER_MAX_RATE;
	return n == sizeof(value);
}

/**
 * look_at_cap() - find the bound of erratum EMR158, by CPUID
 * @timer: what our module says, if it is loaded
 *
 * The bound can be read without root. Its time depends on the rate and on the TSC's frequency.
 *
 * Return: the bound, and its time if it is known.
 */
struct cap look_at_cap(const struct timer *timer)
{
	struct cap to = { .max = HV_TIMER_NO_CAP };
	unsigned int one[4], tsc[4], frequency[4];
	uint64_t hz = 0;

	if (strcmp(cpu(), "vmx") || !cpuid(1, one) || !cpuid(LEAF_TSC, tsc))
		return to;
	to.max = hv_timer_highest_value(tsc[0], tsc[1], one[2] & HYPERVISOR);
	if (to.max == HV_TIMER_NO_CAP)
		return to;
	to.applies = true;
	if (timer->figures) {
		to.rate = timer->rate & HV_TIMER_MAX_RATE;
		to.rate_from = "module";
	} else if (rate_of_msr(&to.rate)) {
		to.rate_from = "IA32_VMX_MISC";
	} else {
		to.rate = USUAL_RATE;
		to.rate_from = "assumed";
	}
	if (timer->figures && timer->hz) {
		hz = timer->hz;
		to.ms_from = "module";
	} else if (tsc[2]) {
		/* The crystal's frequency times its ratio, which is not 0 and below 128. */
		hz = (uint64_t)tsc[2] * tsc[1] / tsc[0];
		to.ms_from = "CPUID.15H";
	} else if (cpuid(LEAF_FREQUENCY, frequency) && (frequency[0] & 0xffff)) {
		hz = (frequency[0] & 0xffff) * 1000000ull;
		to.ms_from = "CPUID.16H";
	}
	if (hz && hz < UINT64_MAX / 1000)
		to.ms = hv_timer_full_count_ms(hz, to.rate, to.max);
	return to;
}

static bool has_counter(const struct timer *timer, const char *name, uint64_t *to)
{
	size_t i;

	for (i = 0; i < timer->counters.count; i++) {
		const char *counter = timer->counters.item[i], *value = strchr(counter, ' ');

		if (value && starts(text("%s ", name), counter))
			return number(value + 1, to);
	}
	return false;
}

/**
 * unused() - find out why the timer is on, but no guest's deadline was ever written to it
 * @loaded: the loaded module
 * @timer: its timer
 *
 * Return: the known reasons that apply on this host, or a line that none does; empty if the
 *	timer is used, no VM runs, or this is not known.
 */
struct list unused(const struct loaded *loaded, const struct timer *timer)
{
	const char *apicv = value_of(&loaded->parameters, "enable_apicv");
	const char *posts = first_line("/sys/module/kvm/parameters/pi_inject_timer");
	const char *quiet = first_line("/sys/devices/system/cpu/nohz_full");
	struct list to = {}, mwait = {};
	bool vm = false;
	uint64_t entries;
	size_t i;

	for (i = 0; i < loaded->user_count; i++) {
		vm = vm || loaded->users[i].vm;
		if (loaded->users[i].mwait)
			add(&mwait, text("%s (%lu)", loaded->users[i].name, loaded->users[i].pid));
	}
	if (!vm || strcmp(timer->state, "on") ||
	    !has_counter(timer, "deadline_entries", &entries) || entries)
		return to;
	if ((!strcmp(posts, "Y") || !strcmp(posts, "1")) && !(apicv && !strcmp(apicv, "N")))
		add(&to, text("kvm.ko may post timer interrupts instead (its parameter pi_inject_timer is on%s%s; on Linux 5.18 and later only to guests with MWAIT or HLT)",
			      *quiet && *quiet != '(' ? ", nohz_full CPUs " : "",
			      *quiet && *quiet != '(' ? quiet : ""));
	if (mwait.count)
		add(&to, text("MWAIT is exposed to the guests of %s (cpu-pm=on): their deadlines go to an hrtimer",
			      joined(&mwait, ", ")));
	if (!to.count)
		add(&to, "none of the known reasons applies on this host; the guests may not use the LAPIC timer, or MWAIT may be exposed to them");
	return to;
}
