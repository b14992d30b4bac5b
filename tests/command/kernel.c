// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel for tests, in place of tools/kvm-hvtimer/kernel.c. To load a module is to write its
 * files in the root's /sys. The root's /fake says what goes wrong: the files named in "refuse" do
 * not load, and the signals in "between" are sent after the old module is unloaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

static void put(const char *name, const char *value, mode_t mode)
{
	int file = open(at(text(SYS "/%s", name)), O_WRONLY | O_CREAT | O_TRUNC, mode);

	if (file < 0 || dprintf(file, "%s\n", value) < 0)
		abort();
	close(file);
}

static const char *parameter(const struct list *given, const char *name, const char *by_default)
{
	const char *value = value_of(given, name);

	if (!value)
		return by_default;
	return !strcmp(value, "0") ? "N" : !strcmp(value, "1") ? "Y" : value;
}

int kernel_insert(const char *file, const char *options, char **why)
{
	const struct module *module = describe(file);
	const char *refuse = content("/fake/refuse", NULL);
	char *between = content("/fake/between", NULL);
	struct list given = words(options, " ");
	const char *ept = parameter(&given, "ept", "Y");
	bool has_ept = strcmp(ept, "N");

	*why = text("Invalid module format");
	if (there(SYS))
		abort();
	if (between) {
		/* Send them only once. */
		unlink(at("/fake/between"));
		while (*between && *between != '\n')
			kill(getpid(), (int)strtol(between, &between, 10));
	}
	if (refuse && strstr(refuse, file))
		return -ENOEXEC;
	mkdir(at(SYS), 0755);
	mkdir(at(SYS "/parameters"), 0755);
	if (*module->version)
		put("version", module->version, 0444);
	put("srcversion", module->srcversion, 0444);
	put("taint", module->kind == STOCK ? "" : "OE", 0444);
	put("refcnt", "0", 0444);
	put("parameters/ept", ept, 0444);
	put("parameters/eptad", has_ept ? parameter(&given, "eptad", "Y") : "N", 0444);
	put("parameters/pml", has_ept ? parameter(&given, "pml", "Y") : "N", 0444);
	put("parameters/unrestricted_guest",
	    has_ept ? parameter(&given, "unrestricted_guest", "Y") : "N", 0444);
	put("parameters/nested", parameter(&given, "nested", "Y"), 0444);
	put("parameters/ple_window", parameter(&given, "ple_window", "4096"), 0444);
	put("parameters/preemption_timer", parameter(&given, "preemption_timer", "Y"), 0444);
	put("parameters/vmentry_l1d_flush", "not required", 0644);
	put("initstate", "live", 0444);
	return 0;
}

static int take_away(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

int kernel_remove(char **why)
{
	*why = text("%s", "");
	return nftw(at(SYS), take_away, 8, FTW_DEPTH | FTW_PHYS) ? -EBUSY : 0;
}

int kernel_load_kvm(char **why)
{
	*why = text("%s", "");
	return 0;
}

bool kernel_opens_kvm(void)
{
	return true;
}
