// SPDX-License-Identifier: GPL-2.0-only
/* The commands that swap: load, unload, restore. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kvm-hvtimer.h"
#include "swap.h"

/* How long to wait for a guest that was just killed, in half seconds. */
#define RESTORE_PATIENCE	20

static void need_way_back(void)
{
	if (!stock)
		die("the distribution's kvm-intel.ko is neither in /lib/modules/%s nor where DKMS puts what it moves away: there would be no way back, install the kernel's package again",
		    asked.running);
	if (astray(stock, asked.running))
		say("the distribution's kvm-intel.ko is not in /lib/modules/%s/kernel; the way back is %s",
		    asked.running, stock);
}

/* Checks the parameters on the command line: the kernel ignores unknown ones without an error. */
static void check_given(const struct module *module)
{
	size_t i;

	if (module->kind == BROKEN)
		return;
	for (i = 0; i < asked.given.count; i++) {
		char *name = copy(asked.given.item[i], strcspn(asked.given.item[i], "="));

		if (!has(&module->parameters, name))
			die("the module has no parameter %s; it has: %s", name,
			    joined(&module->parameters, " "));
	}
}

/* Returns @given, changed by the parameters on the command line. */
static struct list with_asked(const struct list *given)
{
	struct list to = {};
	size_t i;

	for (i = 0; i < given->count; i++) {
		if (!value_of(&asked.given, copy(given->item[i], strcspn(given->item[i], "="))))
			add(&to, given->item[i]);
	}
	for (i = 0; i < asked.given.count; i++)
		add(&to, asked.given.item[i]);
	return to;
}

/* Prints the result, and the parameters of both modules that changed. */
static void report(const struct list *before)
{
	struct timer timer = look_at_timer(&loaded);
	struct list changed = {};
	size_t i;

	if (loaded.kind == NONE) {
		say("loaded: no kvm_intel");
		return;
	}
	say("loaded: %s (%s)", loaded.kind == OURS ?
	    text("ours, version %s, variant %s", loaded.version, loaded.variant) :
	    loaded.kind == STOCK ? "the distribution's" : "neither ours nor the distribution's",
	    loaded.file ? loaded.file : state.now.file);
	say("timer: %s", timer.words);
	for (i = 0; i < before->count; i++) {
		char *name = copy(before->item[i], strcspn(before->item[i], "="));
		const char *was = value_of(before, name), *now = value_of(&loaded.parameters, name);

		if (was && now && strcmp(was, now))
			add(&changed, text("%s=%s (was %s)", name, now, was));
	}
	if (changed.count)
		say("parameters that have changed: %s", joined(&changed, " "));
}

static bool owner_lives(void)
{
	uint64_t start = state.owner ? start_of(state.owner) : 0;

	return start && start == state.owner_start;
}

/*
 * A series of temporary loads belongs to the process that runs this command for it. While that
 * lives, nobody else swaps. If it is killed, restore loads what was there before.
 */
static void respect_series(bool temporary)
{
	if (!state_knows(&state, &loaded) || !state.now_temporary)
		return;
	if (owner_lives() && state.owner != (uint64_t)getppid())
		die("process %" PRIu64 " swaps modules for a while: wait for it to end; nothing was changed",
		    state.owner);
	if (!temporary || !owner_lives())
		die("a module was loaded for a while and what was there before was not put back: do that first, by kvm-hvtimer restore; nothing was changed");
}

static void take_series(void)
{
	state.owner = (uint64_t)getppid();
	state.owner_start = start_of(state.owner);
}

/* Returns the loaded module as a setting to go back to; without a file if none is found. */
static struct setting what_is_there(const struct list *given)
{
	if (loaded.kind == NONE)
		return setting(NULL, NULL);
	if (loaded.file)
		return setting(loaded.file, given);
	if (state_knows(&state, &loaded) && there(state.now.file) &&
	    !strcmp(describe(state.now.file)->srcversion, loaded.srcversion))
		return setting(state.now.file, given);
	return setting(NULL, NULL);
}

/**
 * command_load() - the command load
 *
 * Return: its exit status.
 */
int command_load(void)
{
	struct list given, before;
	struct setting to, back;
	const char *file;
	char *fault;

	start_swap();
	respect_series(asked.temporary);
	if (!asked.temporary)
		need_way_back();
	file = our_file(true);
	if (!asked.unverified && !verify(file, true, &fault))
		die("%s is not loaded: %s; nothing was changed", file, fault);
	check_given(describe(file));
	given = given_to(&loaded, &state);
	back = what_is_there(&given);
	if (asked.temporary && loaded.kind != NONE && !back.file)
		die("no file of the kvm_intel that is loaded now can be found, so it could not be put back: nothing was changed");
	if (!back.file && loaded.kind != NONE)
		back = setting(stock, &given);
	if (loaded.kind == OURS && !asked.given.count && !asked.temporary &&
	    !strcmp(describe(file)->version, loaded.version) &&
	    !strcmp(describe(file)->srcversion, loaded.srcversion)) {
		say("it is loaded already: %s (%s)", in_words(describe(file)), file);
		return 0;
	}
	refuse_users();
	before = loaded.parameters;
	if (asked.temporary) {
		take_series();
		to = setting(file, &asked.given);
	} else {
		given = with_asked(&given);
		to = setting(file, &given);
	}
	swap(&to, &back, asked.temporary);
	report(&before);
	return 0;
}

/**
 * command_unload() - the command unload
 *
 * Return: its exit status.
 */
int command_unload(void)
{
	struct list given, before;
	struct setting to, back;
	const char *next;

	start_swap();
	respect_series(false);
	need_way_back();
	if (loaded.kind == NONE) {
		say("no kvm_intel is loaded: there is nothing to do");
		return 0;
	}
	if (loaded.kind == STOCK && !asked.given.count) {
		say("the distribution's module is loaded already");
		return 0;
	}
	check_given(describe(stock));
	refuse_users();
	given = given_to(&loaded, &state);
	back = what_is_there(&given);
	if (!back.file)
		back = setting(stock, &given);
	given = with_asked(&given);
	to = setting(stock, &given);
	before = loaded.parameters;
	swap(&to, &back, false);
	report(&before);
	next = chosen(asked.running, NULL);
	if (next && describe(next)->kind == OURS)
		say("the next boot loads ours again, as %s is installed", next);
	return 0;
}

/**
 * command_restore() - the command restore
 *
 * Return: its exit status.
 */
int command_restore(void)
{
	const struct timespec half = { .tv_nsec = 500000000 };
	struct setting to, back;
	struct list given, before;
	uint64_t refs;
	int tries;

	if (start_swap() && !(state.has_now && state.now_temporary))
		return 0;
	if (state.owner != (uint64_t)getppid() && owner_lives())
		respect_series(false);
	if (!state.has_before) {
		say("there is nothing to put back: nothing was swapped since the boot");
		return 0;
	}
	for (tries = 0; tries < RESTORE_PATIENCE; tries++) {
		if (!number(first_line(SYS "/refcnt"), &refs) || !refs)
			break;
		nanosleep(&half, NULL);
	}
	refuse_users();
	to = state.before;
	if (to.file && !there(to.file))
		die("%s, which was loaded before, is gone: load another, by kvm-hvtimer load or unload; nothing was changed",
		    to.file);
	given = given_to(&loaded, &state);
	back = what_is_there(&given);
	before = loaded.parameters;
	state.now_temporary = false;
	swap(&to, &back, false);
	state.has_before = false;
	state_write(&state);
	report(&before);
	return 0;
}
