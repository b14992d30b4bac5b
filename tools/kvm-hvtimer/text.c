// SPDX-License-Identifier: GPL-2.0-only
/* Memory, and strings in it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kvm-hvtimer.h"

/* All memory is kept until the end, which comes soon. */
static struct kept {
	struct kept *next;
	max_align_t data[];
} *all_kept;

/**
 * keep() - allocate memory of zeros, which is freed by forget() only
 * @size: how many bytes
 *
 * Return: the memory. Without memory, ends the process.
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

/**
 * vtext() - as vasprintf(), into memory of keep()
 * @format: as of printf()
 * @arguments: what goes into it
 *
 * Return: the text.
 */
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
 * text() - as asprintf(), into memory of keep()
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
 * copy() - copy bytes into a new string
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

/* Reads the UTF-8 character at @from. Returns its length, or 0 if it is not valid. */
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
		/* This is true for the NUL at the end of the string, too. */
		if ((from[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (from[i] & 0x3f);
	}
	if (*character < least[length] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character <= 0xdfff))
		return 0;
	return length;
}

/* Whether a character controls the terminal, or changes how a line looks. */
static bool acts(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0) ||
	       (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

/**
 * clean() - make valid UTF-8 of any bytes
 * @from: the bytes
 * @for_people: replace control characters, too
 *
 * Return: the text, with U+FFFD, or "?" for people, in place of what was replaced.
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
