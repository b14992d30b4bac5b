// SPDX-License-Identifier: GPL-2.0-only
/* What is said to people, and how the command ends. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "kvm-hvtimer.h"

static void leave_by_exit(int status)
{
	exit(status);
}

void (*leave)(int status) = leave_by_exit;

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
