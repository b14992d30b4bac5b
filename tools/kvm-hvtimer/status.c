// SPDX-License-Identifier: GPL-2.0-only
/* status: shows what is loaded, what it does, what the next boot loads. */
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* The longest line of parameters. */
#define FOLD	66

/* What status has found out. */
struct found {
	const char *cpu;
	struct loaded loaded;
	struct timer timer;
	struct cap cap;
	struct list lacks, unused;
	const char *stock, *ours;
	const char *initramfs, *initramfs_words;
	struct list copies;
	bool looked;
	struct signing signing;
	struct state state;
};

/* What the next boot of a kernel loads. */
struct next_boot {
	char *file, *options;
	enum kind kind;
	const char *version;
};

static struct next_boot next_boot(const char *release)
{
	struct next_boot to = { .kind = NONE, .version = "" };

	to.file = chosen(release, &to.options);
	if (to.file && strcmp(to.file, "(builtin)")) {
		to.kind = describe(to.file)->kind;
		to.version = describe(to.file)->version;
	}
	return to;
}

/* --- as JSON: clean() makes UTF-8 of any bytes, and json-c escapes it --- */

static struct json_object *string(const char *from)
{
	return from && *from ? json_object_new_string(clean(from, false)) : NULL;
}

static struct json_object *figure(bool known, uint64_t from)
{
	return known ? json_object_new_uint64(from) : NULL;
}

/* Splits each word into NAME and VALUE at @between. */
static void pairs(struct json_object *to, const struct list *from, char between, bool figures)
{
	size_t i;

	for (i = 0; i < from->count; i++) {
		char *key = clean(from->item[i], false), *value = strchr(key, between);
		uint64_t n;

		if (!value)
			continue;
		*value++ = '\0';
		if (!figures)
			json_object_object_add(to, key, json_object_new_string(value));
		else if (number(value, &n))
			json_object_object_add(to, key, json_object_new_uint64(n));
	}
}

static struct json_object *loaded_json(const struct loaded *loaded)
{
	struct json_object *to = json_object_new_object(), *users = json_object_new_array(), *all;
	bool is_module = loaded->kind != NONE && loaded->kind != BUILTIN;
	size_t i;

	json_object_object_add(to, "kind", string(kind_names[loaded->kind]));
	json_object_object_add(to, "version", string(loaded->version));
	json_object_object_add(to, "variant", string(loaded->variant));
	json_object_object_add(to, "file", string(loaded->file));
	json_object_object_add(to, "references", figure(is_module, loaded->refs));
	for (i = 0; i < loaded->user_count; i++) {
		struct json_object *user = json_object_new_object();

		json_object_object_add(user, "pid", json_object_new_uint64(loaded->users[i].pid));
		json_object_object_add(user, "name",
				       json_object_new_string(clean(loaded->users[i].name, false)));
		json_object_array_add(users, user);
	}
	json_object_object_add(to, "users", users);
	all = json_object_new_object();
	pairs(all, &loaded->parameters, '=', false);
	json_object_object_add(to, "parameters", all);
	return to;
}

static struct json_object *cap_json(const struct cap *cap)
{
	struct json_object *to;

	if (!cap->applies)
		return NULL;
	to = json_object_new_object();
	json_object_object_add(to, "max_value", json_object_new_uint64(cap->max));
	json_object_object_add(to, "rate", json_object_new_uint64(cap->rate));
	json_object_object_add(to, "rate_from", string(cap->rate_from));
	json_object_object_add(to, "tsc_ticks",
			       json_object_new_uint64((uint64_t)cap->max << cap->rate));
	json_object_object_add(to, "ms", figure(cap->ms, cap->ms));
	json_object_object_add(to, "tsc_hz_from", string(cap->ms ? cap->ms_from : NULL));
	return to;
}

static struct json_object *next_boots_json(void)
{
	struct json_object *to = json_object_new_array();
	struct list kernels = installed();
	size_t i;

	for (i = 0; i < kernels.count; i++) {
		struct next_boot next = next_boot(kernels.item[i]);
		struct json_object *kernel = json_object_new_object();

		json_object_object_add(kernel, "kernel", string(kernels.item[i]));
		json_object_object_add(kernel, "kind", string(kind_names[next.kind]));
		json_object_object_add(kernel, "version", string(next.version));
		json_object_object_add(kernel, "file", string(next.file));
		json_object_object_add(kernel, "options",
				       json_object_new_string(clean(next.options, false)));
		json_object_array_add(to, kernel);
	}
	return to;
}

static void status_json(const struct found *found)
{
	struct json_object *to = json_object_new_object(), *part;
	const struct timer *timer = &found->timer;

	json_object_object_add(to, "kernel", string(asked.release));
	json_object_object_add(to, "running", string(asked.running));
	json_object_object_add(to, "vmx", json_object_new_boolean(!strcmp(found->cpu, "vmx")));
	json_object_object_add(to, "loaded", loaded_json(&found->loaded));

	part = json_object_new_object();
	json_object_object_add(part, "state", string(timer->state));
	json_object_object_add(part, "reason", string(timer->reason));
	json_object_object_add(part, "rate", figure(timer->figures, timer->rate));
	json_object_object_add(part, "tsc_hz", figure(timer->figures, timer->hz));
	json_object_object_add(part, "max_value", figure(timer->figures, timer->max));
	json_object_object_add(part, "full_count_ms", figure(timer->figures, timer->ms));
	json_object_object_add(to, "timer", part);

	json_object_object_add(to, "cap", cap_json(&found->cap));
	part = json_object_new_object();
	pairs(part, &timer->counters, ' ', true);
	json_object_object_add(to, "counters", part);
	json_object_object_add(to, "unused", strings(&found->unused));
	json_object_object_add(to, "lacks", strings(&found->lacks));
	json_object_object_add(to, "next_boot", next_boots_json());

	part = json_object_new_object();
	json_object_object_add(part, "file", string(found->initramfs));
	json_object_object_add(part, "looked_into", json_object_new_boolean(found->looked));
	json_object_object_add(part, "copies", strings(&found->copies));
	json_object_object_add(to, "initramfs", part);

	part = json_object_new_object();
	json_object_object_add(part, "signer",
			       string(found->ours ? describe(found->ours)->signer : NULL));
	json_object_object_add(part, "key_known", string(found->signing.key));
	json_object_object_add(part, "required", string(found->signing.required ? "yes" : "no"));
	json_object_object_add(part, "secure_boot", string(found->signing.boot));
	json_object_object_add(to, "signature", part);

	puts(json_object_to_json_string_ext(to, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(to);
}

/* --- as text --- */

static char *loaded_words(const struct loaded *loaded)
{
	switch (loaded->kind) {
	case NONE:
		return text("no kvm_intel");
	case BUILTIN:
		return text("kvm_intel is built into this kernel: no module can take its place");
	case STOCK:
		return text("the distribution's (%s)", loaded->file ? loaded->file : "its file is gone");
	case OURS:
		return text("ours, version %s, variant %s (%s)", loaded->version, loaded->variant,
			    loaded->file ? loaded->file : "a build whose file is no longer here");
	default:
		return text("a module that is neither ours nor the distribution's%s%s",
			    *loaded->version ? ", version " : "", loaded->version);
	}
}

static void parameters_text(const struct loaded *loaded)
{
	const char *title = "parameters";
	size_t i;
	char *some = text("%s", "");

	for (i = 0; i < loaded->parameters.count; i++) {
		const char *next = loaded->parameters.item[i];

		if (*some && strlen(some) + 1 + strlen(next) > FOLD) {
			line(title, "%s", some);
			title = "";
			some = text("%s", "");
		}
		some = text("%s%s%s", some, *some ? " " : "", next);
	}
	line(title, "%s", some);
}

static void cap_text(const struct found *found)
{
	const struct cap *cap = &found->cap;
	const char *when, *so, *from, *frequency = "; the TSC's frequency is not known";
	uint64_t ticks = (uint64_t)cap->max << cap->rate;

	if (!cap->applies)
		return;
	when = text("beyond 0x%x, %" PRIu64 " TSC ticks", cap->max, ticks);
	if (cap->ms)
		when = text("beyond %" PRIu64 ".%" PRIu64 " s (0x%x, %" PRIu64 " TSC ticks)",
			    cap->ms / 1000, cap->ms / 100 % 10, cap->max, ticks);
	if (found->loaded.kind == OURS && !strcmp(found->loaded.variant, "always-on"))
		so = "the loaded module writes none of them";
	else if (found->loaded.kind == NONE || found->loaded.kind == BUILTIN)
		so = "timers of a module that does not know the erratum may come too soon";
	else if (!strcmp(found->timer.state, "off"))
		so = "none are written, because the timer is off";
	else
		so = "the loaded module's timers may come too soon, if it predates Linux 7.3";
	line("erratum", "EMR158: by CPUID, this CPU may run large timer values out early: %s %s",
	     when, so);
	from = "by IA32_VMX_MISC";
	if (!strcmp(cap->rate_from, "module"))
		from = "the loaded module says so";
	else if (!strcmp(cap->rate_from, "assumed"))
		from = "assumed, because all CPUs on which it was seen have that rate";
	if (cap->ms && !strcmp(cap->ms_from, "module"))
		frequency = "";
	else if (cap->ms)
		frequency = text("; the TSC's frequency: by %s%s", cap->ms_from,
				 strcmp(cap->ms_from, "CPUID.16H") ? "" : ", about");
	line("", "rate %u: %s%s", cap->rate, from, frequency);
}

static void next_boots_text(void)
{
	struct list kernels = installed();
	const char *title = "next boot";
	size_t i;

	if (!kernels.count)
		line(title, "no kernel is installed in /lib/modules");
	for (i = 0; i < kernels.count; i++) {
		struct next_boot next = next_boot(kernels.item[i]);
		const char *what = text("%s: %s", kind_names[next.kind], next.file);

		if (next.kind == OURS)
			what = text("ours, version %s: %s", next.version, next.file);
		else if (next.kind == STOCK)
			what = text("the distribution's: %s", next.file);
		else if (next.kind == NONE)
			what = "no kvm_intel";
		line(title, "%s: %s%s%s", kernels.item[i], what, *next.options ? ", with " : "",
		     next.options);
		title = "";
	}
}

static void list_text(const char *title, const struct list *from)
{
	size_t i;

	for (i = 0; i < from->count; i++)
		line(i ? "" : title, "%s", from->item[i]);
}

static void status_text(const struct found *found)
{
	const struct loaded *loaded = &found->loaded;

	line("kernel", "%s", asked.release);
	if (strcmp(asked.release, asked.running))
		line("running", "kernel %s, which is meant by all lines about the loaded module",
		     asked.running);
	if (strcmp(found->cpu, "vmx"))
		line("VMX", "%s", found->cpu);
	line("loaded", "%s", loaded_words(loaded));
	if (found->state.has_swap)
		line("swap", "one was killed half way: repair it by kvm-hvtimer restore");
	else if (found->state.has_now && found->state.now_temporary)
		line("temporary", "kvm-hvtimer restore puts back what was loaded before");
	if (loaded->kind != NONE && loaded->kind != BUILTIN) {
		line("timer", "%s", found->timer.words);
		list_text("", &found->timer.counters);
		list_text("unused", &found->unused);
	}
	cap_text(found);
	list_text("lacks", &found->lacks);
	if (loaded->kind != NONE && loaded->kind != BUILTIN) {
		parameters_text(loaded);
		if (loaded->user_count)
			line("in use by", "%s", user_names(loaded));
		else if (loaded->refs)
			line("in use by", "%" PRIu64 " reference(s) of processes that can't be seen from here",
			     loaded->refs);
		else
			line("in use by", "nobody");
	}
	next_boots_text();
	if (astray(found->stock, asked.release))
		line("way back", "%s, not where the kernel's package put it", found->stock);
	line("initramfs", "%s", found->initramfs_words);
	if (found->ours)
		line("signature", "%s is %s", found->ours, found->signing.words);
}

/**
 * command_status() - the command status
 *
 * Return: its exit status.
 */
int command_status(void)
{
	struct found found = { .cpu = cpu(), .loaded = look_at_loaded() };
	const struct loaded *loaded = &found.loaded;

	found.timer = look_at_timer(loaded);
	found.cap = look_at_cap(&found.timer);
	found.unused = unused(loaded, &found.timer);
	found.stock = stock_file(asked.release);
	found.ours = our_file(false);
	/* A module of ours has the list of the fixes that its kernel lacks. */
	if (loaded->kind == OURS && loaded->file)
		found.lacks = describe(loaded->file)->lacks;
	else if (found.ours)
		found.lacks = describe(found.ours)->lacks;
	found.initramfs_words = initramfs_words(false, &found.initramfs, &found.copies,
						&found.looked);
	found.signing = signing(found.ours ? describe(found.ours) : NULL);
	found.state = state_read();
	if (!state_knows(&found.state, loaded))
		found.state.has_now = false;
	if (asked.json)
		status_json(&found);
	else
		status_text(&found);
	return 0;
}
