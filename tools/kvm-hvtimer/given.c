// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameters that the loaded module was given: by this command (which wrote them down), by
 * modprobe.d, by the kernel's command line, or by insmod, as far as /sys shows it. Values that
 * the module chose itself are left out.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kvm-hvtimer.h"

/*
 * Parameters that are on by default and that KVM's hardware_setup() switches off if the CPU
 * lacks a feature or another parameter is off. The feature is named as in the "vmx flags" of
 * /proc/cpuinfo, or NULL if it has no name there.
 */
static const struct derived {
	const char *name, *flag, *needs[2];
} derived[] = {
	{ "ept", "ept", {} },
	{ "eptad", "ept_ad", { "ept" } },
	{ "unrestricted_guest", "unrestricted_guest", { "ept" } },
	{ "pml", "pml", { "ept", "eptad" } },
	{ "flexpriority", "flexpriority", {} },
	{ "vpid", "vpid", {} },
	{ "vnmi", "vnmi", {} },
	{ "enable_apicv", "apicv", {} },
	{ "enable_ipiv", NULL, { "enable_apicv" } },
	{ "enable_shadow_vmcs", "shadow_vmcs", {} },
	{ "enable_device_posted_irqs", NULL, { "enable_apicv" } },
	{ "preemption_timer", "preemption_timer", {} },
};

static const struct derived *is_derived(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(derived) / sizeof(derived[0]); i++) {
		if (!strcmp(derived[i].name, name))
			return &derived[i];
	}
	return NULL;
}

static bool is_off(const char *value)
{
	return value && (!strcmp(value, "N") || !strcmp(value, "n") || !strcmp(value, "0"));
}

static bool is_on(const char *value)
{
	return value && (!strcmp(value, "Y") || !strcmp(value, "y") || !strcmp(value, "1"));
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a, b) || (is_off(a) && is_off(b)) || (is_on(a) && is_on(b));
}

/* Whether the CPU is known to lack what a parameter needs. Kernels since 5.10 show its flags. */
static bool cpu_lacks(const char *flag)
{
	char *info = content("/proc/cpuinfo", NULL);
	char *flags = info ? strstr(info, "\nvmx flags") : NULL;

	if (!flag || !flags)
		return false;
	flags++;
	flags[strcspn(flags, "\n")] = '\0';
	return !strstr(text("%s ", flags), text(" %s ", flag));
}

/* Whether a parameter that is off was switched off by the module itself. */
static bool found_out(const struct derived *one, const struct list *shown)
{
	char *reason, *figures;
	size_t i;

	for (i = 0; i < 2 && one->needs[i]; i++) {
		if (is_off(value_of(shown, one->needs[i])))
			return true;
	}
	if (cpu_lacks(one->flag))
		return true;
	if (strcmp(one->name, "preemption_timer"))
		return false;
	/*
	 * The CPU or the 10 s rule may have switched it off. Our module says which it was. If
	 * nothing says why, it counts as the user's choice.
	 */
	figures = content(DEBUGFS, NULL);
	reason = figures ? strstr(figures, "\nreason: ") : NULL;
	return reason && !starts("\nreason: " BY_PARAMETER, reason);
}

static bool may_change(const char *name)
{
	struct stat info;

	return !stat(at(text(SYS "/parameters/%s", name)), &info) && info.st_mode & 0222;
}

static void set(struct list *to, const char *name, const char *value)
{
	struct list without = {};
	size_t i;

	for (i = 0; i < to->count; i++) {
		if (!starts(text("%s=", name), to->item[i]))
			add(&without, to->item[i]);
	}
	add(&without, text("%s=%s", name, value));
	*to = without;
}

/* What this command gave, with the values that were written to /sys since then. */
static struct list given_by_us(const struct loaded *loaded, const struct state *state)
{
	struct list to = {};
	size_t i;

	for (i = 0; i < state->now.given.count; i++)
		add(&to, state->now.given.item[i]);
	for (i = 0; i < loaded->parameters.count; i++) {
		const char *pair = loaded->parameters.item[i];
		char *name = copy(pair, strcspn(pair, "="));
		const char *value = pair + strlen(name) + 1;
		const char *then = value_of(&state->now_shown, name);

		if (then && strcmp(then, value) && may_change(name) && passable(value))
			set(&to, name, value);
	}
	return to;
}

/**
 * given_to() - find out which parameters the loaded module was given
 * @loaded: the module; if none is loaded, those for the next one
 * @state: what this command has written down
 *
 * Return: NAME=VALUE words.
 */
struct list given_to(const struct loaded *loaded, const struct state *state)
{
	const struct list *shown = &loaded->parameters;
	struct list to = {}, all;
	char *options;
	size_t i;

	if (state_knows(state, loaded))
		return given_by_us(loaded, state);
	chosen(asked.running, &options);
	all = words(options, " \t");
	for (i = 0; i < all.count; i++) {
		char *name = copy(all.item[i], strcspn(all.item[i], "="));
		const char *value = value_of(&all, name), *now = value_of(shown, name);

		if (!value || !passable(value))
			continue;
		/* Another value in /sys counts, below, unless the module switched it off itself. */
		if (!now || same(now, value) || (is_derived(name) && is_off(now)))
			set(&to, name, value);
	}
	for (i = 0; i < shown->count; i++) {
		const char *pair = shown->item[i];
		char *name = copy(pair, strcspn(pair, "="));
		const char *value = pair + strlen(name) + 1;
		const struct derived *one = is_derived(name);

		if (value_of(&to, name) || !passable(value))
			continue;
		if (one && (is_on(value) || found_out(one, shown)) && !value_of(&all, name))
			continue;
		set(&to, name, value);
	}
	return to;
}

/**
 * taken_by() - select the words for which a module has a parameter
 * @module: the module; one that can't be read has none, and the kernel will refuse it
 * @given: NAME=VALUE words
 *
 * Return: those words.
 */
struct list taken_by(const struct module *module, const struct list *given)
{
	struct list to = {};
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (has(&module->parameters, copy(given->item[i], strcspn(given->item[i], "="))))
			add(&to, given->item[i]);
	}
	return to;
}
