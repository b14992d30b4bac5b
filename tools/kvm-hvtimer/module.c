// SPDX-License-Identifier: GPL-2.0-only
/* Module files: what they say, and whose they are. */
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

const char *const kind_names[] = { "none", "builtin", "broken", "ours", "stock", "other" };

/* A cache: a command asks for the same few files several times. */
static struct {
	const struct module *module[64];
	size_t count;
} described;

static void say_nothing(void *data, int priority, const char *file, int line, const char *fn,
			const char *format, va_list arguments)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)arguments;
}

static struct kmod_ctx *kmod(const char *folder, const char *const *config)
{
	struct kmod_ctx *ctx = kmod_new(folder, config);

	if (!ctx)
		die("libkmod can't be used: the system may be out of memory");
	kmod_set_log_fn(ctx, say_nothing, NULL);
	return ctx;
}

/* Opens a file, without a folder of modules and without modprobe.d. */
static struct kmod_module *open_module(const char *path, struct kmod_ctx **ctx)
{
	static const char *const no_config[] = { NULL };
	struct kmod_module *module = NULL;

	*ctx = kmod("/nonexistent", no_config);
	if (kmod_module_new_from_path(*ctx, at(path), &module) < 0)
		return NULL;
	return module;
}

static void take_info(struct module *to, const char *key, const char *value)
{
	static const struct {
		const char *key;
		size_t where;
	} plain[] = {
		{ "version", offsetof(struct module, version) },
		{ "variant", offsetof(struct module, variant) },
		{ "shape", offsetof(struct module, shape) },
		{ "source", offsetof(struct module, source) },
		{ "srcversion", offsetof(struct module, srcversion) },
		{ "vermagic", offsetof(struct module, vermagic) },
		{ "signer", offsetof(struct module, signer) },
	};
	const char *kept = copy(value, strlen(value));
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (!strcmp(key, plain[i].key))
			*(const char **)((char *)to + plain[i].where) = kept;
	}
	if (!strcmp(key, "lacks"))
		add(&to->lacks, kept);
	/* A parameter has "parmtype", and "parm" if it is described. */
	if (!strcmp(key, "parm") || !strcmp(key, "parmtype")) {
		char *name = copy(value, strcspn(value, ":"));

		if (*name && !has(&to->parameters, name))
			add(&to->parameters, name);
	}
}

/**
 * describe() - read what a module's file says of itself
 * @path: the file
 *
 * Return: the module; of kind BROKEN if it can't be read or is no kvm_intel.
 */
const struct module *describe(const char *path)
{
	struct kmod_list *list = NULL;
	bool is_it = false, intree = false;
	struct kmod_module *module;
	struct module *to;
	struct kmod_ctx *ctx;
	size_t i;

	for (i = 0; i < described.count; i++) {
		if (!strcmp(described.module[i]->path, path))
			return described.module[i];
	}
	to = keep(sizeof(*to));
	*to = (struct module){
		.path = copy(path, strlen(path)), .kind = BROKEN, .version = "", .variant = "",
		.shape = "", .source = "", .srcversion = "", .vermagic = "", .signer = "",
	};
	module = open_module(path, &ctx);
	if (module && kmod_module_get_info(module, &list) >= 0) {
		struct kmod_list *entry;

		kmod_list_foreach(entry, list) {
			const char *key = kmod_module_info_get_key(entry);
			const char *value = kmod_module_info_get_value(entry);

			if (!key || !value)
				continue;
			take_info(to, key, value);
			is_it = is_it || (!strcmp(key, "name") && !strcmp(value, "kvm_intel"));
			intree = intree || (!strcmp(key, "intree") && *value == 'Y');
		}
		kmod_module_info_free_list(list);
	}
	kmod_module_unref(module);
	kmod_unref(ctx);
	if (is_it) {
		to->kind = *to->variant ? OURS : intree ? STOCK : OTHER;
		/* A parameter by module_param_cb() has no "parmtype". */
		if (!has(&to->parameters, "vmentry_l1d_flush"))
			add(&to->parameters, "vmentry_l1d_flush");
	}
	if (described.count < sizeof(described.module) / sizeof(described.module[0]))
		described.module[described.count++] = to;
	return to;
}

/**
 * forget_modules() - empty the cache of describe()
 */
void forget_modules(void)
{
	described.count = 0;
}

/**
 * in_words() - say whose a module is
 * @module: the module
 *
 * Return: the words.
 */
char *in_words(const struct module *module)
{
	switch (module->kind) {
	case OURS:
		return text("ours, version %s, variant %s", module->version, module->variant);
	case STOCK:
		return text("the distribution's");
	case BROKEN:
		return text("no kvm-intel module that can be read");
	default:
		return text("neither ours nor the distribution's");
	}
}

/**
 * versions() - read the symbols that a module imports, with their versions
 * @path: its file
 * @to: where they go
 *
 * Return: how many; 0 if the file has none or can't be read.
 */
size_t versions(const char *path, struct version **to)
{
	struct kmod_list *list = NULL;
	struct kmod_module *module;
	struct kmod_ctx *ctx;
	size_t count = 0;

	*to = NULL;
	module = open_module(path, &ctx);
	if (module && kmod_module_get_versions(module, &list) > 0) {
		struct kmod_list *entry;

		kmod_list_foreach(entry, list)
			count++;
		*to = keep(count * sizeof(**to));
		count = 0;
		kmod_list_foreach(entry, list) {
			const char *symbol = kmod_module_version_get_symbol(entry);

			(*to)[count].symbol = copy(symbol, strlen(symbol));
			(*to)[count++].crc = kmod_module_version_get_crc(entry);
		}
		kmod_module_versions_free_list(list);
	}
	kmod_module_unref(module);
	kmod_unref(ctx);
	return count;
}

/**
 * installed() - list the installed kernels
 *
 * Return: their releases.
 */
struct list installed(void)
{
	struct list all = names_in("/lib/modules"), to = {};
	size_t i;

	for (i = 0; i < all.count; i++) {
		if (there(text("/lib/modules/%s/modules.dep", all.item[i])))
			add(&to, all.item[i]);
	}
	return to;
}

static bool is_builtin(const char *release)
{
	const char *list = content(text("/lib/modules/%s/modules.builtin", release), NULL);

	return list && (strstr(list, "/kvm-intel.ko") || strstr(list, "/kvm_intel.ko"));
}

/**
 * chosen() - find what modprobe would load for a kernel
 * @release: the kernel
 * @options: where its options of modprobe.d and of the kernel's command line go, or NULL
 *
 * Return: the file, "(builtin)", or NULL if there is none.
 */
char *chosen(const char *release, char **options)
{
	static const char *const folders[] = {
		"/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d",
		"/usr/lib/modprobe.d", "/lib/modprobe.d",
	};
	const char *config[sizeof(folders) / sizeof(folders[0]) + 1] = { NULL };
	struct kmod_list *list = NULL;
	struct kmod_ctx *ctx;
	char *path = NULL;
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		config[i] = at(folders[i]);
	if (options)
		*options = copy("", 0);
	ctx = kmod(at(text("/lib/modules/%s", release)), config);
	if (kmod_module_new_from_lookup(ctx, "kvm_intel", &list) >= 0 && list) {
		struct kmod_module *module = kmod_module_get_module(list);
		const char *of_file = kmod_module_get_path(module);
		const char *of_options = kmod_module_get_options(module);

		if (of_file && starts(root, of_file))
			path = text("%s", of_file + strlen(root));
		if (options && of_options)
			*options = text("%s", of_options);
		kmod_module_unref(module);
		kmod_module_unref_list(list);
	}
	kmod_unref(ctx);
	if (!path && is_builtin(release))
		path = text("(builtin)");
	return path;
}

/**
 * stock_file() - find the distribution's module, which modprobe does not choose beside ours
 * @release: the kernel
 *
 * It may not be where its package put it: DKMS moves a file away that has the name of the module
 * it installs.
 *
 * Return: the file, or NULL.
 */
const char *stock_file(const char *release)
{
	struct list files = find(text("/lib/modules/%s/kernel", release), "-"), more, archives;
	/* In the kernel's own folder any module but ours counts; elsewhere it must be "intree". */
	size_t own = files.count, i, j;

	more = find(text("/lib/modules/%s", release), "");
	for (j = 0; j < more.count; j++)
		add(&files, more.item[j]);
	archives = names_in("/var/lib/dkms");
	for (i = 0; i < archives.count; i++) {
		more = find(text("/var/lib/dkms/%s/original_module/%s", archives.item[i], release),
			    "");
		for (j = 0; j < more.count; j++)
			add(&files, more.item[j]);
	}
	for (i = 0; i < files.count; i++) {
		enum kind kind = describe(files.item[i])->kind;

		if (kind == STOCK || (i < own && kind != OURS))
			return files.item[i];
	}
	return NULL;
}

/**
 * astray() - check whether the distribution's module is not where its package put it
 * @file: its file, or NULL
 * @release: the kernel
 *
 * Return: true if it is elsewhere.
 */
bool astray(const char *file, const char *release)
{
	return file && !starts(text("/lib/modules/%s/kernel/", release), file);
}

/**
 * our_file() - find the module for load and verify
 * @must: die if there is none
 *
 * Return: the file; NULL if there is none.
 */
const char *our_file(bool must)
{
	const char *release = asked.release, *file;

	if (asked.module) {
		if (there(asked.module))
			return asked.module;
		if (must)
			die("%s is no file: name a module file by --module", asked.module);
		return NULL;
	}
	if (asked.tree) {
		file = text("%s/build/always-on/%s/kvm-intel.ko", asked.tree, release);
		if (there(file))
			return file;
	}
	file = chosen(release, NULL);
	if (file && describe(file)->kind == OURS)
		return file;
	if (must && asked.tree)
		die("there is no module of ours for kernel %s: build it with make KVER=%s",
		    release, release);
	if (must)
		die("there is no module of ours for kernel %s: install linux-headers-%s and the linux-source package of the same version, and DKMS builds it",
		    release, release);
	return NULL;
}
