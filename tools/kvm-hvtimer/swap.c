// SPDX-License-Identifier: GPL-2.0-only
/*
 * A swap is a transaction. It takes the lock, checks, writes down what it is about to do, does
 * it, and writes down the result. The next swap repairs one that was killed.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kvm-hvtimer.h"
#include "swap.h"

struct state state;
struct loaded loaded;
const char *stock;

/*
 * Blocks all signals that can be blocked. This needs the system call: glibc's functions leave out
 * two signals of its own, which would end the process as well.
 */
static void hold_signals(void)
{
	const uint64_t all = ~0ull;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
}

/* Unblocks signals, and drops those that came in between: the swap is done. */
static void let_signals(void)
{
	const struct timespec now = {};
	const uint64_t all = ~0ull, none = 0;

	while (syscall(SYS_rt_sigtimedwait, &all, NULL, &now, sizeof(all)) > 0)
		;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
}

/**
 * setting() - make a setting of a module and its parameters
 * @file: its file, NULL for no module
 * @given: NAME=VALUE, or NULL
 *
 * Return: the setting.
 */
struct setting setting(const char *file, const struct list *given)
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

/* Writes down the result of a swap: @to is loaded now. */
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
 * Repairs a swap that was killed. If it has left no module, the one from before is loaded. If a
 * module is loaded, finds out which. Returns whether there was such a swap.
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

/**
 * start_swap() - begin load, unload or restore
 *
 * Takes the lock before anything else. Does not return if no swap is possible.
 *
 * Return: whether it has repaired an earlier swap, which was killed.
 */
bool start_swap(void)
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

/**
 * refuse_users() - if a process uses KVM, die with its name; else return
 */
void refuse_users(void)
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

/**
 * swap() - swap the modules and write down the result
 * @to: the module to load
 * @back: what was loaded, in case @to does not load
 * @temporary: it is one of a series that restore ends
 *
 * While no module is loaded, all signals that can be blocked are, and nothing is printed: a
 * lost terminal must not leave the host without KVM. Does not return on failure.
 */
void swap(const struct setting *to, const struct setting *back, bool temporary)
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
