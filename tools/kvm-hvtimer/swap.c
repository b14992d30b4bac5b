// SPDX-License-Identifier: GPL-2.0-only
/*
 * load, unload, restore: a swap is a transaction. It takes the lock, looks, writes down what it
 * is about to do, does it, and writes down what came of it. What was killed in between the next
 * one mends.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* A guest that was just killed is still being taken apart: half seconds. */
#define RESTORE_PATIENCE	20

static struct state state;
static struct loaded loaded;
static const char *stock;

/*
 * All signals that can be held off are: glibc's functions leave out two, which kill like any
 * other.
 */
static void hold_signals(void)
{
	const uint64_t all = ~0ull;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
}

/* Those that came meanwhile are not acted on: there is nothing left that they could end. */
static void let_signals(void)
{
	const struct timespec now = {};
	const uint64_t all = ~0ull, none = 0;

	while (syscall(SYS_rt_sigtimedwait, &all, NULL, &now, sizeof(all)) > 0)
		;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
}

static struct setting setting(const char *file, const struct list *given)
{
	struct setting to = { .srcversion = text("%s", "") };

	if (file) {
		to.file = text("%s", file);
		to.srcversion = text("%s", describe(file)->srcversion);
	}
	if (given)
		to.given = *given;
	return to;
}

static char *setting_words(const struct setting *of)
{
	return of->file ? text("%s (%s)", in_words(describe(of->file)), of->file) :
			  text("no kvm_intel");
}

static int insert(const struct setting *from, char **why)
{
	struct list taken = taken_by(describe(from->file), &from->given);

	return kernel_insert(from->file, joined(&taken, " "), why);
}

/* What came of a swap is written down: @to is what is loaded now. */
static void write_down(const struct setting *to, bool temporary)
{
	loaded = look_at_loaded();
	state.has_swap = false;
	state.has_now = to->file && loaded.kind != NONE;
	state.now = *to;
	state.now.srcversion = (char *)loaded.srcversion;
	state.now_inode = inode_of_loaded();
	state.now_shown = loaded.parameters;
	state.now_temporary = temporary;
	if (!temporary) {
		state.owner = 0;
		state.owner_start = 0;
	}
	state_write(&state);
}

/*
 * A swap that was killed: where it has left no module, what was there before comes back; where
 * there is one, it is seen which. Returns whether there was such a swap.
 */
static bool mend(void)
{
	struct setting *to = &state.swap_to, *back = &state.swap_back;
	bool temporary = state.swap_temporary && state.has_before;
	char *why = text("no file");

	if (!state.has_swap)
		return false;
	loaded = look_at_loaded();
	if (loaded.kind != NONE && to->file && !strcmp(to->srcversion, loaded.srcversion) &&
	    !(back->file && !strcmp(back->srcversion, to->srcversion))) {
		if (!state.swap_temporary || !state.now_temporary) {
			state.has_before = true;
			state.before = *back;
		}
		write_down(to, state.swap_temporary);
		say("an earlier swap was killed after it had loaded %s: that is written down",
		    setting_words(to));
		return true;
	}
	if (loaded.kind != NONE || !back->file) {
		state.has_swap = false;
		state_write(&state);
		say("an earlier swap, to %s, was killed: %s is loaded", setting_words(to),
		    loaded.kind == NONE ? "no kvm_intel" : kind_names[loaded.kind]);
		return true;
	}
	hold_signals();
	if (kernel_load_kvm(&why) || !there(back->file) || insert(back, &why)) {
		*back = setting(stock_file(asked.running), NULL);
		if (!back->file || insert(back, &why))
			die("an earlier swap was killed half way, and nothing can be loaded in its place (%s): no kvm_intel is loaded now, try modprobe kvm_intel",
			    why);
	}
	write_down(back, temporary);
	let_signals();
	say("an earlier swap, to %s, was killed half way: %s is put back", setting_words(to),
	    setting_words(back));
	return true;
}

/* What load, unload and restore begin with: nothing is looked at before the lock is there. */
static bool start_swap(void)
{
	const char *is = cpu();
	bool mended;

	if (geteuid())
		die("only root can swap modules: run this as root");
	if (strcmp(is, "vmx"))
		die("%s; kvm_intel can't be loaded here", is);
	state_lock();
	state = state_read();
	mended = mend();
	loaded = look_at_loaded();
	if (loaded.kind == BUILTIN)
		die("kvm_intel is built into kernel %s: no module can take its place",
		    asked.running);
	stock = stock_file(asked.running);
	return mended;
}

static void need_way_back(void)
{
	if (!stock)
		die("the distribution's kvm-intel.ko is neither in /lib/modules/%s nor where DKMS puts what it moves away: there would be no way back, install the kernel's package again",
		    asked.running);
	if (astray(stock, asked.running))
		say("the distribution's kvm-intel.ko is not in /lib/modules/%s/kernel; the way back is %s",
		    asked.running, stock);
}

static void refuse_users(void)
{
	uint64_t refs = 0;

	if (!number(first_line(SYS "/refcnt"), &refs) || !refs)
		return;
	loaded = look_at_loaded();
	if (!loaded.user_count)
		die("KVM is in use (%" PRIu64 " references) by what can't be seen from here, perhaps another container, or a trace event of the module's that is enabled: end its virtual machines and try again; nothing was changed",
		    refs);
	die("KVM is in use by %s: end these virtual machines, or move them to another host, and try again; nothing was changed",
	    user_names(&loaded));
}

/* The parameters on the command line; the kernel would take those that there are not in silence. */
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

/* The same, on top of what there is. */
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

/*
 * From when the old module goes until a module is there again, no signal that can be held off
 * ends this, and it writes to nobody: a lost terminal must not leave the host without KVM.
 */
static void swap(const struct setting *to, const struct setting *back, bool temporary)
{
	bool series = temporary && state.has_now && state.now_temporary && state.has_before;
	struct setting last = setting(stock, NULL), with = last, *now = NULL;
	char *why, *why_back = text("%s", "");

	if (kernel_load_kvm(&why))
		die("kvm.ko can't be loaded (%s): nothing was changed", why);
	state.has_swap = true;
	state.swap_to = *to;
	state.swap_back = *back;
	state.swap_temporary = temporary;
	hold_signals();
	state_write(&state);
	if (loaded.kind != NONE && kernel_remove(&why)) {
		state.has_swap = false;
		state_write(&state);
		let_signals();
		refuse_users();
		die("the loaded module can't be removed (%s): nothing was changed", why);
	}
	if (to->file && insert(to, &why)) {
		/* The distribution's module without a parameter is the last resort. */
		with.given = back->given;
		if (back->file && !insert(back, &why_back))
			now = (struct setting *)back;
		else if (back->file && stock && !insert(&with, &why_back))
			now = &with;
		else if (stock && !insert(&last, &why_back))
			now = &last;
		if (now) {
			write_down(now, series);
		} else {
			state.has_swap = false;
			state.has_now = false;
			state_write(&state);
		}
		let_signals();
		if (!now && !stock && !back->file)
			die("%s does not load (%s): no kvm_intel is loaded, as before",
			    to->file, why);
		if (!now)
			die("%s does not load (%s), nor does the distribution's (%s): no kvm_intel is loaded now, try modprobe kvm_intel",
			    to->file, why, why_back);
		if (!kernel_opens_kvm())
			die("%s does not load (%s), and after loading %s again /dev/kvm can't be opened",
			    to->file, why, now->file);
		die("%s does not load (%s): the module that is loaded now is %s", to->file, why,
		    in_words(describe(now->file)));
	}
	if (!series) {
		state.has_before = true;
		state.before = *back;
	}
	write_down(to, temporary);
	let_signals();
	if (to->file && !kernel_opens_kvm())
		die("%s is loaded, but /dev/kvm can't be opened", to->file);
}

/* What came of it; parameters that both modules have and that changed. */
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
		say("parameters that are not what they were: %s", joined(&changed, " "));
}

static bool owner_lives(void)
{
	uint64_t start = state.owner ? start_of(state.owner) : 0;

	return start && start == state.owner_start;
}

/*
 * A series of temporary loads belongs to the process that ran the command for it. Nobody else
 * swaps while that lives; what it has left when it was killed restore puts back.
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

/* What there is now, as something to go back to. */
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
