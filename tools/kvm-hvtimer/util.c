// SPDX-License-Identifier: GPL-2.0-only
/* Memory, words, files below the root, and what is said to people. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* No file that is read has more to say: a Module.symvers has 2 MB. */
#define CONTENT_MAX	(32u << 20)

const char *root = "";

static void leave_by_exit(int status)
{
	exit(status);
}

void (*leave)(int status) = leave_by_exit;

/* All memory is kept until the end, which comes soon. */
static struct kept {
	struct kept *next;
	max_align_t data[];
} *all_kept;

/**
 * keep() - memory, of zeros, that need not be freed
 * @size: how many bytes
 *
 * Return: the memory. Does not return without any.
 */
void *keep(size_t size)
{
	struct kept *new = calloc(1, sizeof(*new) + size);

	if (!new) {
		fputs(NAME ": out of memory\n", stderr);
		abort();
	}
	new->next = all_kept;
	all_kept = new;
	return new->data;
}

/**
 * forget() - free all that was kept
 *
 * For tests, which run the command many times in one process.
 */
void forget(void)
{
	forget_modules();
	while (all_kept) {
		struct kept *next = all_kept->next;

		free(all_kept);
		all_kept = next;
	}
}

static __attribute__((format(printf, 1, 0)))
char *vtext(const char *format, va_list arguments)
{
	char *made, *kept;
	int size = vasprintf(&made, format, arguments);

	if (size < 0)
		return copy("", 0);
	kept = copy(made, (size_t)size);
	free(made);
	return kept;
}

/**
 * text() - as sprintf(), into memory of its own
 * @format: as of printf()
 *
 * Return: the text.
 */
char *text(const char *format, ...)
{
	va_list arguments;
	char *to;

	va_start(arguments, format);
	to = vtext(format, arguments);
	va_end(arguments);
	return to;
}

/**
 * copy() - a string of some bytes
 * @from: where they are
 * @length: how many
 *
 * Return: the string.
 */
char *copy(const char *from, size_t length)
{
	char *to = keep(length + 1);

	memcpy(to, from, length);
	return to;
}

/* The length of the character that begins at @from, and the character; 0: it is none. */
static size_t utf8(const unsigned char *from, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length, i;

	*character = from[0];
	if (from[0] < 0x80)
		return 1;
	if (from[0] >= 0xc2 && from[0] <= 0xdf)
		length = 2;
	else if (from[0] >= 0xe0 && from[0] <= 0xef)
		length = 3;
	else if (from[0] >= 0xf0 && from[0] <= 0xf4)
		length = 4;
	else
		return 0;
	*character = from[0] & (0xffu >> (length + 1));
	for (i = 1; i < length; i++) {
		/* The end of the string is none either. */
		if ((from[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (from[i] & 0x3f);
	}
	if (*character < least[length] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character <= 0xdfff))
		return 0;
	return length;
}

/* What makes a terminal do something, or a line look like another one. */
static bool acts(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
	       (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

/**
 * clean() - text from elsewhere as UTF-8
 * @from: the text
 * @for_people: control characters become "?", too
 *
 * Return: the text, valid UTF-8, with U+FFFD or "?" for what is not.
 */
char *clean(const char *from, bool for_people)
{
	const unsigned char *c = (const unsigned char *)from;
	static const char replacement[] = "\xef\xbf\xbd";
	char *to = keep(strlen(from) * 3 + 1), *end = to;
	uint32_t character;

	while (*c) {
		size_t length = utf8(c, &character);

		if (for_people && (!length || acts(character))) {
			*end++ = '?';
		} else if (length) {
			memcpy(end, c, length);
			end += length;
		} else {
			end = stpcpy(end, replacement);
		}
		c += length ? length : 1;
	}
	return to;
}

/**
 * die() - what is wrong and what to do, in one line; then end with status 1
 * @format: as of printf()
 */
noreturn void die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, NAME ": %s\n", clean(vtext(format, arguments), true));
	va_end(arguments);
	leave(1);
	abort();
}

/**
 * misuse() - what is wrong with the command line; then end with status 2
 * @format: as of printf()
 */
noreturn void misuse(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, NAME ": %s (--help shows what there is)\n",
		clean(vtext(format, arguments), true));
	va_end(arguments);
	leave(2);
	abort();
}

/**
 * say() - a line for people
 * @format: as of printf()
 */
void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	puts(clean(vtext(format, arguments), true));
	va_end(arguments);
}

/**
 * warn() - a line for people that is not what they asked for
 * @format: as of printf()
 */
void warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, NAME ": %s\n", clean(vtext(format, arguments), true));
	va_end(arguments);
}

/**
 * line() - a line of status, with its title
 * @title: what it is about
 * @format: as of printf()
 */
void line(const char *title, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("%-12s%s", title, vtext(format, arguments));
	va_end(arguments);
}

/**
 * add() - one more string to a list
 * @list: the list
 * @item: the string, which is not copied
 */
void add(struct list *list, const char *item)
{
	/* Room for 8, 16, 32, ... */
	if (!list->count || (list->count >= 8 && !(list->count & (list->count - 1)))) {
		char **more = keep((list->count < 8 ? 8 : list->count * 2) * sizeof(*more));

		if (list->count)
			memcpy(more, list->item, list->count * sizeof(*more));
		list->item = more;
	}
	list->item[list->count++] = (char *)item;
}

/**
 * has() - whether a string is in a list
 * @list: the list
 * @item: the string
 *
 * Return: whether it is.
 */
bool has(const struct list *list, const char *item)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (!strcmp(list->item[i], item))
			return true;
	}
	return false;
}

/**
 * joined() - the strings of a list in one
 * @list: the list
 * @between: what comes between two
 *
 * Return: the string.
 */
char *joined(const struct list *list, const char *between)
{
	size_t i, size = 1;
	char *to, *end;

	for (i = 0; i < list->count; i++)
		size += strlen(list->item[i]) + strlen(between);
	to = keep(size);
	end = to;
	for (i = 0; i < list->count; i++)
		end += sprintf(end, "%s%s", i ? between : "", list->item[i]);
	return to;
}

/**
 * words() - the parts of a string
 * @from: the string
 * @between: the characters between them
 *
 * Return: the parts, none of them empty.
 */
struct list words(const char *from, const char *between)
{
	struct list to = {};

	while (*(from += strspn(from, between))) {
		size_t length = strcspn(from, between);

		add(&to, copy(from, length));
		from += length;
	}
	return to;
}

/**
 * value_of() - of a list of NAME=VALUE, the last value of a name
 * @pairs: the list
 * @key: the name
 *
 * Return: the value, NULL without any.
 */
const char *value_of(const struct list *pairs, const char *key)
{
	size_t i, length = strlen(key);

	for (i = pairs->count; i--;) {
		if (!strncmp(pairs->item[i], key, length) && pairs->item[i][length] == '=')
			return pairs->item[i] + length + 1;
	}
	return NULL;
}

/**
 * starts() - whether a string starts with another
 * @with: the other one
 * @what: the string
 *
 * Return: whether it does.
 */
bool starts(const char *with, const char *what)
{
	return !strncmp(with, what, strlen(with));
}

/**
 * ends() - whether a string ends with another
 * @with: the other one
 * @what: the string
 *
 * Return: whether it does.
 */
bool ends(const char *with, const char *what)
{
	size_t a = strlen(with), b = strlen(what);

	return a <= b && !strcmp(what + b - a, with);
}

/**
 * number() - a decimal number
 * @from: its digits, and nothing else
 * @to: where it goes
 *
 * Return: whether it is one, of 64 bits.
 */
bool number(const char *from, uint64_t *to)
{
	char *rest;

	if (!isdigit((unsigned char)from[0]))
		return false;
	errno = 0;
	*to = strtoull(from, &rest, 10);
	return !errno && !*rest;
}

/**
 * passable() - whether a parameter's value can be handed to the kernel
 * @value: the value
 *
 * "not required", "EPT disabled", "(null)" were found out and not set by anybody.
 *
 * Return: whether it can.
 */
bool passable(const char *value)
{
	const char *c;

	for (c = value; *c; c++) {
		if (!isascii(*c) || (!isalnum(*c) && !strchr("_.,:+-", *c)))
			return false;
	}
	return *value;
}

/**
 * at() - where a path is, below the root
 * @path: the path, absolute
 *
 * Return: the path to open.
 */
char *at(const char *path)
{
	return text("%s%s", root, path);
}

/**
 * there() - whether there is a file
 * @path: its path
 *
 * Return: whether there is.
 */
bool there(const char *path)
{
	struct stat info;

	return !stat(at(path), &info);
}

/**
 * content() - what is in a file
 * @path: its path
 * @length: where its length goes, or NULL
 *
 * Return: all of it, and a NUL; NULL where there is none, or no right to read it.
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
 * first_line() - the first line of a file
 * @path: its path
 *
 * Return: the line; "" where there is none, or no right to read it.
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
 * names_in() - what is in a folder
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

/* nftw() takes no argument for its function. */
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
 * find() - kvm-intel modules anywhere below a folder
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
