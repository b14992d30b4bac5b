// SPDX-License-Identifier: GPL-2.0-only
/*
 * The output of estimate, and what it knows besides its counts: whether the module toggles, and the
 * cost in cycles.
 */
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimate.h"

/* The range for "several hundred cycles" (Linux 804939ea200). */
#define CYCLES_FROM	300
#define CYCLES_TO	900
#define HOUR		3600

/* --- whether the loaded module toggles --- */

static bool mentions(const char *file, const char *what)
{
	size_t length = 0;
	const char *all = content(file, &length);

	return all && memmem(all, length, what, strlen(what));
}

/* Since 5.3 Linux leaves the timer running, and so do Red Hat's kernels since 4.18.0-240 (8.3). */
static void by_release(const char *release, struct toggles *to)
{
	struct list numbers = words(release, ".-+");
	uint64_t version, minor, build;

	to->by = "by the kernel's release; vendors may have changed that";
	if (numbers.count < 2 || !number(numbers.item[0], &version) ||
	    !number(numbers.item[1], &minor))
		return;
	to->known = true;
	to->it_does = version < 5 || (version == 5 && minor < 3);
	if (version < 4 || (version == 4 && minor < 19))
		to->shape = TOGGLES_EARLY;
	if (strstr(release, ".el8")) {
		to->shape = TOGGLES;
		/* 4.18.0-240 and later */
		to->it_does = numbers.count < 4 || !number(numbers.item[3], &build) || build < 240;
	}
}

/**
 * look_at_toggles() - find out whether the loaded module toggles
 * @loaded: the module
 *
 * Return: whether it does, and how.
 */
struct toggles look_at_toggles(const struct loaded *loaded)
{
	const char *const files[] = { "/sys/kernel/btf/kvm_intel", loaded->file };
	struct toggles to = { .shape = TOGGLES };
	size_t i;

	by_release(asked.running, &to);
	if (log_line("kvm_intel: hv timer toggled")) {
		/* The variant toggle. */
		to.known = true;
		to.it_does = true;
		to.by = "its line in the log says so";
		return to;
	}
	if (loaded->kind == OURS) {
		const char *shape = loaded->file ? describe(loaded->file)->shape : "";

		to.known = loaded->variant;
		to.by = to.known ? "a module of ours says so" : "the file of our module is gone";
		to.it_does = to.known && !starts("always-on", loaded->variant) &&
			(starts("toggle", loaded->variant) || starts("toggles", shape));
		if (*shape)
			to.shape = strcmp(shape, "toggles-early") ? TOGGLES : TOGGLES_EARLY;
		return to;
	}
	for (i = 0; i < 2; i++) {
		if (!files[i])
			continue;
		/* Names of members of struct loaded_vmcs. */
		if (mentions(files[i], "hv_timer_soft_disabled")) {
			to.known = true;
			to.it_does = false;
			to.shape = TOGGLES;
		} else if (mentions(files[i], "hv_timer_armed")) {
			to.known = true;
			to.it_does = true;
			to.shape = TOGGLES;
		} else {
			continue;
		}
		to.by = "by the module's own types";
		break;
	}
	return to;
}

/* --- what a dirty entry costs --- */

static struct json_object *member(struct json_object *from, const char *key)
{
	struct json_object *to;

	return json_object_object_get_ex(from, key, &to) ? to : NULL;
}

static int by_size(const void *a, const void *b)
{
	double one = *(const double *)a, two = *(const double *)b;

	return (one > two) - (one < two);
}

static bool median(struct json_object *samples, double *to)
{
	size_t n = json_object_is_type(samples, json_type_array) ?
		json_object_array_length(samples) : 0, i;
	double *all = keep((n + 1) * sizeof(*all));

	if (!n)
		return false;
	for (i = 0; i < n; i++)
		all[i] = json_object_get_double(json_object_array_get_idx(samples, i));
	qsort(all, n, sizeof(*all), by_size);
	*to = (all[n / 2] + all[(n - 1) / 2]) / 2;
	return true;
}

/* Summed over all entries of a run. */
static double dirty(struct json_object *counts)
{
	return json_object_get_double(member(counts, "vmcs01_dirty_entries")) +
		json_object_get_double(member(counts, "vmcs02_dirty_entries"));
}

/* Workloads whose round trips have a known number of dirty entries, and differ in nothing else. */
static void cycles_of(struct json_object *report, struct estimate *to)
{
	static const char *const workloads[] = { "rearm-1", "rearm-10", "rearm-100" };
	size_t i, found = 0;

	for (i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		struct json_object *samples = member(member(report, "samples"), workloads[i]);
		struct json_object *counts = member(member(report, "counts"), workloads[i]);
		/* A kernel that toggles is its own toggle variant. */
		const char *toggler = member(samples, "toggle") ? "toggle" : "stock";
		double rounds = json_object_get_double(member(member(member(report, "repetitions"),
								      workloads[i]), "count"));
		double with, without, more, cycles;

		more = dirty(member(counts, toggler)) - dirty(member(counts, "always-on"));
		if (rounds < 1 || more < rounds || !median(member(samples, toggler), &with) ||
		    !median(member(samples, "always-on"), &without))
			continue;
		cycles = (with - without) / (more / rounds);
		if (cycles <= 0)
			continue;
		if (!found || cycles < to->cycles[0])
			to->cycles[0] = cycles;
		if (!found || cycles > to->cycles[1])
			to->cycles[1] = cycles;
		found++;
	}
	if (!found)
		die("%s has no workload in which toggling costs more than leaving the timer running: rearm-1, rearm-10 and rearm-100 were looked for",
		    asked.report);
}

/**
 * look_at_cycles() - find out what one dirty entry costs
 * @report: a report of the benchmark, or NULL for the published figure
 * @to: where the cost goes
 */
void look_at_cycles(const char *report, struct estimate *to)
{
	struct json_object *all;
	const char *kind, *of;

	to->cycles[0] = CYCLES_FROM;
	to->cycles[1] = CYCLES_TO;
	to->cycles_by = "published, \"several hundred cycles\" (Linux 804939ea200)";
	if (!report)
		return;
	of = content(report, NULL);
	if (!of)
		die("the report %s can't be read", report);
	all = json_tokener_parse(of);
	kind = json_object_get_string(member(all, "kind"));
	if (!kind)
		kind = "";
	if (!*kind || !member(all, "samples"))
		die("%s is no report.json of make bench", report);
	if (strcmp(kind, "cycles"))
		die("the report %s counts %s of an emulated machine, which are not cycles: make bench on a host with VMX gives those",
		    report, kind);
	cycles_of(all, to);
	to->cycles_by = text("measured, %s", report);
	json_object_put(all);
}

static double cpu_seconds(const struct estimate *found, const struct vm *vm, int which)
{
	if (found->seconds <= 0 || found->tsc_hz <= 0)
		return 0;
	return (double)vm->toll.dirtied / found->seconds * found->cycles[which] / found->tsc_hz *
		HOUR;
}

/* --- as JSON --- */

static struct json_object *vm_json(const struct estimate *found, const struct vm *vm)
{
	const struct {
		const char *name;
		uint64_t value;
	} figures[] = {
		{ "nested_entries", vm->toll.nested }, { "armed", vm->toll.in_use },
		{ "called_off", vm->toll.called_off }, { "taken", vm->toll.taken },
		{ "forced", vm->toll.forced }, { "pin_control_writes", vm->toll.writes },
		{ "dirty_entries", vm->toll.dirtied }, { "beyond_cap", vm->toll.far },
	};
	struct json_object *to = json_object_new_object(), *hour = json_object_new_array();
	size_t i;

	if (vm->process) {
		json_object_object_add(to, "pid", json_object_new_uint64(vm->process));
		json_object_object_add(to, "name", json_object_new_string(clean(vm->name, false)));
		json_object_object_add(to, "ended", json_object_new_boolean(vm->ended));
	}
	json_object_object_add(to, "entries",
			       vm->exits_known ? json_object_new_uint64(vm->exits) : NULL);
	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		json_object_object_add(to, figures[i].name,
				       json_object_new_uint64(figures[i].value));
	for (i = 0; i < 2; i++)
		json_object_array_add(hour, json_object_new_double(cpu_seconds(found, vm, (int)i)));
	json_object_object_add(to, "cpu_seconds_an_hour", hour);
	return to;
}

/**
 * estimate_json() - print the result as JSON
 * @found: the result
 */
void estimate_json(const struct estimate *found)
{
	struct json_object *to = json_object_new_object(), *part = json_object_new_array();
	size_t i;

	json_object_object_add(to, "kernel", json_object_new_string(asked.running));
	json_object_object_add(to, "toggles", found->toggles.known ?
			       json_object_new_boolean(found->toggles.it_does) : NULL);
	json_object_object_add(to, "toggles_by", json_object_new_string(found->toggles.by));
	json_object_object_add(to, "seconds", json_object_new_double(found->seconds));
	json_object_object_add(to, "tsc_hz", json_object_new_double(found->tsc_hz));
	for (i = 0; i < 2; i++)
		json_object_array_add(part, json_object_new_double(found->cycles[i]));
	json_object_object_add(to, "cycles", part);
	json_object_object_add(to, "cycles_by",
			       json_object_new_string(clean(found->cycles_by, false)));
	json_object_object_add(to, "all", vm_json(found, &found->all));
	part = json_object_new_array();
	for (i = 0; i < found->vm_count; i++)
		json_object_array_add(part, vm_json(found, &found->vms[i]));
	json_object_object_add(to, "vms", part);
	json_object_object_add(to, "cap", found->cap.applies ?
			       json_object_new_uint64(found->cap.max) : NULL);
	json_object_object_add(to, "rate_from", found->cap.applies ?
			       json_object_new_string(found->cap.rate_from) : NULL);
	json_object_object_add(to, "not_judged", json_object_new_uint64(found->unjudged));
	json_object_object_add(to, "lost_events", json_object_new_uint64(found->lost));
	json_object_object_add(to, "not_counted", strings(&found->missing));
	puts(json_object_to_json_string_ext(to, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(to);
}

/* --- as text --- */

static void vm_text(const struct estimate *found, const struct vm *vm, const char *who)
{
	const struct toll *toll = &vm->toll;
	double seconds = found->seconds > 0 ? found->seconds : 1;
	const char *entries = "?";

	if (vm->exits_known)
		entries = text("%.0f", (double)vm->exits / seconds);
	say("  %-28.28s %9s %8.0f %8.0f %8.0f %8.0f %9.0f %9.0f", who, entries,
	    (double)toll->nested / seconds, (double)toll->in_use / seconds,
	    (double)toll->called_off / seconds, (double)toll->taken / seconds,
	    (double)toll->writes / seconds, (double)toll->dirtied / seconds);
}

static void toggles_text(const struct toggles *toggles)
{
	if (!toggles->known)
		line("toggles", "not known (%s): the figures are what toggling costs if it does",
		     toggles->by);
	else if (toggles->it_does)
		line("toggles", "yes (%s)", toggles->by);
	else
		line("toggles", "no (%s): the figures are what toggling would cost",
		     toggles->by);
}

static void cap_text(const struct estimate *found)
{
	if (!found->cap.applies)
		return;
	line("erratum", "EMR158: %" PRIu64 " deadlines were beyond 0x%x at rate %u%s, and may have come too soon%s",
	     found->all.toll.far, found->cap.max, found->cap.rate,
	     strcmp(found->cap.rate_from, "assumed") ? "" : " (assumed; modprobe msr makes it known)",
	     found->unjudged ? text("; %" PRIu64 " others could not be judged",
				    found->unjudged) : "");
}

/**
 * estimate_text() - print the result as text
 * @found: the result
 */
void estimate_text(const struct estimate *found)
{
	size_t i, known = 0, ended = 0;

	for (i = 0; i < found->vm_count; i++)
		known += found->vms[i].process != 0;
	line("kernel", "%s", asked.running);
	toggles_text(&found->toggles);
	line("counted", "%.1f s, %zu VM%s; a second:", found->seconds, known,
	     known == 1 ? "" : "s");
	say("  %-28s %9s %8s %8s %8s %8s %9s %9s", "VM", "entries", "nested", "timers", "called", "taken",
	    "pin", "dirty");
	say("  %-28s %9s %8s %8s %8s %8s %9s %9s", "", "", "entries", "armed", "off", "", "writes",
	    "entries");
	for (i = 0; i < found->vm_count; i++) {
		const struct vm *vm = &found->vms[i];
		const char *who = text("%s (%" PRIu64 ")", vm->name, vm->process);

		ended += vm->process && vm->ended;
		if (!vm->process)
			who = "of threads that are gone";
		else if (vm->ended)
			who = text("%" PRIu64 ", which has ended", vm->process);
		vm_text(found, vm, who);
	}
	if (found->vm_count > 1)
		vm_text(found, &found->all, "all");
	line("cost", "%.2f to %.2f CPU seconds an hour, at %.0f to %.0f cycles a dirty entry",
	     cpu_seconds(found, &found->all, 0), cpu_seconds(found, &found->all, 1),
	     found->cycles[0], found->cycles[1]);
	line("", "cycles: %s; TSC: %.0f MHz, measured", found->cycles_by, found->tsc_hz / 1e6);
	cap_text(found);
	if (ended)
		line("ended", "%zu VM%s while events were counted: the number of entries is not known",
		     ended, ended == 1 ? "" : "s");
	if (found->lost)
		line("lost", "%" PRIu64 " events came faster than they were read: all figures are too low",
		     found->lost);
	for (i = 0; i < found->missing.count; i++)
		line("not counted", "%s", found->missing.item[i]);
}
