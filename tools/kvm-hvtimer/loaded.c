// SPDX-License-Identifier: GPL-2.0-only
/* The CPU, and the kvm_intel that is loaded. */
#include <string.h>

#include "kvm-hvtimer.h"

/**
 * cpu() - find out whether this CPU has VMX
 *
 * Return: "vmx", or why not.
 */
const char *cpu(void)
{
	char *info = content("/proc/cpuinfo", NULL);
	char *flags = info ? strstr(info, "\nflags") : NULL;

	if (flags) {
		flags++;
		flags[strcspn(flags, "\n")] = '\0';
		flags = text("%s ", flags);
	}
	if (flags && strstr(flags, " vmx "))
		return "vmx";
	if (flags && strstr(flags, " svm "))
		return "this is an AMD CPU: it has SVM, and kvm_intel is not for it";
	return "this CPU shows no VMX: it has none, or the firmware or the hypervisor hides it";
}

/* Returns the file of our module that is loaded, or NULL if no file is that build. */
static const char *file_of_ours(const char *version, const char *srcversion)
{
	struct list files = {}, more;
	const char *release = asked.running, *file;
	size_t i;

	if (asked.tree) {
		more = names_in(text("%s/build", asked.tree));
		for (i = 0; i < more.count; i++)
			add(&files, text("%s/build/%s/%s/kvm-intel.ko", asked.tree,
					 more.item[i], release));
	}
	file = chosen(release, NULL);
	if (file)
		add(&files, file);
	more = find(text("/lib/modules/%s/updates", release), "");
	for (i = 0; i < more.count; i++)
		add(&files, more.item[i]);
	if (asked.module) {
		char *folder = text("%s", asked.module), *slash = strrchr(folder, '/');

		add(&files, asked.module);
		if (slash) {
			*slash = '\0';
			more = names_in(*folder ? folder : "/");
			for (i = 0; i < more.count; i++) {
				if (strstr(more.item[i], ".ko"))
					add(&files, text("%s/%s", folder, more.item[i]));
			}
		}
	}
	for (i = 0; i < files.count; i++) {
		const struct module *module;

		if (!there(files.item[i]))
			continue;
		module = describe(files.item[i]);
		if (module->kind == OURS && !strcmp(module->version, version) &&
		    !strcmp(module->srcversion, srcversion))
			return files.item[i];
	}
	return NULL;
}

/* Returns the file with this srcversion of a module that is neither ours nor the distribution's. */
static const char *file_of_other(const char *srcversion)
{
	struct list files = find(text("/lib/modules/%s", asked.running), "");
	size_t i;

	for (i = 0; *srcversion && i < files.count; i++) {
		if (!strcmp(describe(files.item[i])->srcversion, srcversion))
			return files.item[i];
	}
	return NULL;
}

/* Recognizes our unit by a symbol, in case the file is gone and debugfs can't be read. */
static bool has_our_symbols(void)
{
	const char *symbols = content("/proc/kallsyms", NULL);

	return symbols && strstr(symbols, " hv_timer_debugfs_remove\t[kvm_intel]");
}

/**
 * look_at_loaded() - find out which kvm_intel is loaded, its parameters and its users
 *
 * Return: the result.
 */
struct loaded look_at_loaded(void)
{
	struct loaded to = { .version = "", .srcversion = "" };
	struct list names;
	size_t i;

	if (!there(SYS))
		return to;
	if (!there(SYS "/initstate")) {
		to.kind = BUILTIN;
		return to;
	}
	to.srcversion = first_line(SYS "/srcversion");
	if (there(SYS "/version")) {
		to.version = first_line(SYS "/version");
		to.file = file_of_ours(to.version, to.srcversion);
		if (to.file)
			to.variant = describe(to.file)->variant;
		else if (there(DEBUGFS) || has_our_symbols())
			to.variant = "always-on";
	}
	if (to.variant)
		to.kind = OURS;
	else if (there(SYS "/version") || strchr(first_line(SYS "/taint"), 'O'))
		to.kind = OTHER;
	else
		to.kind = STOCK;
	if (to.kind == STOCK)
		to.file = stock_file(asked.running);
	else if (to.kind == OTHER)
		to.file = file_of_other(to.srcversion);
	names = names_in(SYS "/parameters");
	for (i = 0; i < names.count; i++) {
		const char *path = text(SYS "/parameters/%s", names.item[i]);

		if (content(path, NULL))
			add(&to.parameters, text("%s=%s", names.item[i], first_line(path)));
	}
	if (!number(first_line(SYS "/refcnt"), &to.refs))
		to.refs = 0;
	if (to.refs)
		look_at_users(&to);
	return to;
}
