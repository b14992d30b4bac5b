// SPDX-License-Identifier: GPL-2.0-only
/* Lists of strings, and tests of strings. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-hvtimer.h"

/**
 * add() - add a string to a list
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
 * has() - check whether a string is in a list
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
 * joined() - join the strings of a list
 * @list: the list
 * @between: the separator
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
 * words() - split a string
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
 * value_of() - find the last value of a name in a list of NAME=VALUE
 * @pairs: the list
 * @key: the name
 *
 * Return: the value, or NULL.
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
 * number() - read a decimal number
 * @from: its digits, and nothing else
 * @to: where it goes
 *
 * Return: whether it is a number of at most 64 bits.
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
 * passable() - check whether a parameter's value can be handed to the kernel
 * @value: the value
 *
 * Values like "not required", "EPT disabled" and "(null)" can't: nobody has set them, the module
 * shows them by itself.
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
