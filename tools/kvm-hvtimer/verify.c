// SPDX-License-Identifier: GPL-2.0-only
/* verify: checks that a module of ours is for this kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-hvtimer.h"

/* The result of verify: a line for each check, unless @quiet. */
struct verdict {
	bool quiet, good;
	char *fault;
};

static void checked(struct verdict *verdict, bool good, char *what)
{
	if (!verdict->quiet)
		say("%sok %s", good ? "" : "not ", what);
	if (!good && verdict->good)
		verdict->fault = what;
	verdict->good = verdict->good && good;
}

static int by_symbol(const void *a, const void *b)
{
	return strcmp(((const struct version *)a)->symbol, ((const struct version *)b)->symbol);
}

/*
 * Reads a Module.symvers: lines "CRC\tSYMBOL\tMODULE\tEXPORT...". *reason says why it is
 * damaged. A file that is cut off at the end of a line looks complete; the symbols that it
 * lacks can't be compared.
 */
static size_t symvers(char *all, struct version **to, const char **reason)
{
	size_t count = 0, lines = 0, i;
	char *next = all;

	*reason = NULL;
	for (i = 0; all[i]; i++)
		lines += all[i] == '\n';
	if (!i)
		*reason = "is empty";
	else if (all[i - 1] != '\n')
		*reason = "is cut off";
	*to = keep((lines + 1) * sizeof(**to));
	for (; !*reason && *next; count++) {
		char *end = strchr(next, '\n'), *rest;

		*end = '\0';
		(*to)[count].crc = strtoull(next, &rest, 16);
		if (rest == next || *rest != '\t' || !rest[1]) {
			*reason = "has a line that does not belong in a Module.symvers";
			break;
		}
		(*to)[count].symbol = rest + 1;
		rest[1 + strcspn(rest + 1, "\t")] = '\0';
		next = end + 1;
	}
	if (!*reason)
		qsort(*to, count, sizeof(**to), by_symbol);
	return *reason ? 0 : count;
}

/* Returns the first three symbols of a list. */
static char *few(const struct list *symbols)
{
	struct list first = *symbols;

	if (first.count > 3)
		first.count = 3;
	return joined(&first, " ");
}

/*
 * The headers have the versions of all symbols of the kernel. Without headers, the symbols that
 * the distribution's module imports too are compared. What can't be compared counts as wrong.
 */
static void compare_versions(struct verdict *verdict, const struct module *module,
			     const char *stock)
{
	const char *file = text("/lib/modules/%s/build/Module.symvers", asked.release);
	const char *what = "those of the installed headers", *reason;
	struct version *ours, *theirs;
	size_t count = versions(module->path, &ours), their_count, i, both = 0;
	struct list wrong = {}, unknown = {};
	char *all;

	if (!count) {
		if (strstr(text("%s ", module->vermagic), " modversions "))
			checked(verdict, false, text("it has no symbol versions, and kernel %s has them: it is damaged, build or install it again",
						     asked.release));
		else
			checked(verdict, true,
				text("neither it nor its kernel has symbol versions"));
		return;
	}
	all = content(file, NULL);
	if (all) {
		their_count = symvers(all, &theirs, &reason);
		if (reason) {
			checked(verdict, false, text("its symbol versions can't be compared: %s %s, install the headers again",
						     file, reason));
			return;
		}
	} else if (stock) {
		what = "those that the distribution's module has too";
		their_count = versions(stock, &theirs);
		qsort(theirs, their_count, their_count ? sizeof(*theirs) : 1, by_symbol);
	} else {
		checked(verdict, false, text("its symbol versions can't be compared: neither headers nor the distribution's module are here, install linux-headers-%s",
					     asked.release));
		return;
	}
	for (i = 0; i < count; i++) {
		const struct version *found =
			bsearch(&ours[i], theirs, their_count, sizeof(*theirs), by_symbol);

		if (found)
			both++;
		if (found && found->crc != ours[i].crc)
			add(&wrong, ours[i].symbol);
		else if (!found)
			add(&unknown, ours[i].symbol);
	}
	if (wrong.count)
		checked(verdict, false, text("%zu of its symbol versions are not %s (%s): it was built for another build of this kernel, build it again",
					     wrong.count, what, few(&wrong)));
	else if (all && unknown.count)
		checked(verdict, false, text("%zu of its symbol versions are not %s: %s does not have them (%s), install the headers again, or build it again",
					     unknown.count, what, file, few(&unknown)));
	else if (!both)
		checked(verdict, false, text("its symbol versions can't be compared: %s has none of them, install linux-headers-%s",
					     stock, asked.release));
	else
		checked(verdict, true, text("its symbol versions are %s", what));
}

/**
 * verify() - check that a module of ours is for kernel asked.release
 * @file: the module
 * @quiet: print nothing
 * @fault: where the first fault goes, or NULL if there is none
 *
 * Return: whether nothing is wrong.
 */
bool verify(const char *file, bool quiet, char **fault)
{
	struct verdict verdict = { .quiet = quiet, .good = true };
	const struct module *module = describe(file);
	const char *stock = stock_file(asked.release);
	const char *magic = stock ? describe(stock)->vermagic : "";
	const char *built_for = copy(module->vermagic, strcspn(module->vermagic, " "));

	*fault = NULL;
	if (module->kind == BROKEN) {
		checked(&verdict, false, text("%s is no whole kvm-intel module: it is damaged, truncated or another file; build or install ours again",
					      file));
	} else if (module->kind != OURS) {
		checked(&verdict, false, text("%s is not a module of ours", file));
	} else {
		checked(&verdict, true, text("%s is %s, made from %s", file, in_words(module),
					     module->source));
		if (strcmp(module->variant, "always-on"))
			checked(&verdict, false, text("variant %s is for measuring, not for use: build it with make, without VARIANT=",
						      module->variant));
		if (strcmp(built_for, asked.release)) {
			checked(&verdict, false, text("it is for kernel %s and not for %s: build it with make KVER=%s, or install the headers and let DKMS do it",
						      built_for, asked.release, asked.release));
		} else {
			struct signing sign;

			if (*magic && strcmp(module->vermagic, magic))
				checked(&verdict, false, text("its vermagic is \"%s\" and that of the distribution's module is \"%s\": it was built with another configuration",
							      module->vermagic, magic));
			else
				checked(&verdict, true,
					text("it is for kernel %s", module->vermagic));
			compare_versions(&verdict, module, stock);
			sign = signing(module);
			checked(&verdict, sign.good, text("it is %s", sign.words));
		}
	}
	*fault = verdict.fault;
	return verdict.good;
}

/**
 * command_verify() - the command verify
 *
 * Return: its exit status.
 */
int command_verify(void)
{
	const char *file = our_file(true), *initramfs;
	struct list copies = {};
	char *fault, *said;
	bool good, looked;

	good = verify(file, false, &fault);
	said = initramfs_words(true, &initramfs, &copies, &looked);
	if (looked)
		say("ok initramfs: %s", said);
	return !good;
}
