// SPDX-License-Identifier: GPL-2.0-only
/* Messages, and how the command ends. */
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
 * die() - print what is wrong and what to do, in one line, and end with status 1
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
 * misuse() - print what is wrong with the command line, and end with status 2
 * @format: as of printf()
 */
noreturn void misuse(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, NAME ": %s (--help shows commands and options)\n",
		clean(vtext(format, arguments), true));
	va_end(arguments);
	leave(2);
	abort();
}

/**
 * say() - print a line on standard output
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
 * warn() - print a line on standard error
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
 * line() - print a line with its title
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
