// SPDX-License-Identifier: GPL-2.0-only
/* Files and folders below the root. */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* The longest file that is read whole: a Module.symvers has 2 MB. */
#define CONTENT_MAX	(32u << 20)

const char *root = "";

/**
 * at() - put the root before a path
 * @path: the path, absolute
 *
 * Return: the path to open.
 */
char *at(const char *path)
{
	return text("%s%s", root, path);
}

/**
 * there() - check for a file
 * @path: its path
 *
 * Return: whether it exists.
 */
bool there(const char *path)
{
	struct stat info;

	return !stat(at(path), &info);
}

/**
 * content() - read a file
 * @path: its path
 * @length: where its length goes, or NULL
 *
 * Return: all of it, and a NUL; NULL if it can't be read.
 */
char *content(const char *path, size_t *length)
{
	int file = open(at(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t size = 4096, have = 0;
	char *to, *kept;
	ssize_t n = 0;

	if (file < 0)
		return NULL;
	to = malloc(size);
	while (to && size <= CONTENT_MAX) {
		char *more;

		n = read(file, to + have, size - have);
		if (n <= 0)
			break;
		have += (size_t)n;
		if (have < size)
			continue;
		size *= 2;
		more = realloc(to, size);
		if (!more)
			break;
		to = more;
	}
	close(file);
	if (n < 0 || !to) {
		free(to);
		return NULL;
	}
	kept = copy(to, have);
	free(to);
	if (length)
		*length = have;
	return kept;
}

/**
 * first_line() - read the first line of a file
 * @path: its path
 *
 * Return: the line; "" if it is empty or can't be read.
 */
char *first_line(const char *path)
{
	char *all = content(path, NULL);

	if (!all)
		return copy("", 0);
	all[strcspn(all, "\n")] = '\0';
	return all;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/**
 * names_in() - list a folder
 * @folder: its path
 *
 * Return: the names, sorted, without those that begin with a dot.
 */
struct list names_in(const char *folder)
{
	DIR *open = opendir(at(folder));
	struct list to = {};
	struct dirent *entry;

	if (!open)
		return to;
	while ((entry = readdir(open))) {
		if (entry->d_name[0] != '.')
			add(&to, copy(entry->d_name, strlen(entry->d_name)));
	}
	closedir(open);
	if (to.count)
		qsort(to.item, to.count, sizeof(*to.item), by_name);
	return to;
}

/* Static, because nftw() passes no argument to its function. */
static struct list found;

static int take_module(const char *path, const struct stat *info, int type, struct FTW *where)
{
	const char *name = path + where->base;

	(void)info;
	if (type == FTW_F && !ends(".origin", name) &&
	    (starts("kvm-intel.ko", name) || starts("kvm_intel.ko", name)))
		add(&found, copy(path + strlen(root), strlen(path + strlen(root))));
	return 0;
}

/**
 * find() - find kvm-intel modules anywhere below a folder
 * @folder: its path
 * @stem: "-" for files called kvm-intel.ko only, "" for kvm_intel.ko, too
 *
 * Return: their paths, sorted.
 */
struct list find(const char *folder, const char *stem)
{
	struct list to = {};
	size_t i;

	found = (struct list){};
	nftw(at(folder), take_module, 16, FTW_PHYS);
	for (i = 0; i < found.count; i++) {
		const char *name = strrchr(found.item[i], '/') + 1;

		if (!*stem || name[3] == *stem)
			add(&to, found.item[i]);
	}
	if (to.count)
		qsort(to.item, to.count, sizeof(*to.item), by_name);
	return to;
}
