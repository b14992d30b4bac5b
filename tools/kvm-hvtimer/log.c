// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's log. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/**
 * listen_to_kernel() - open the kernel's log at its end
 *
 * Return: the descriptor, for kernel_says().
 */
int listen_to_kernel(void)
{
	int log = open(at("/dev/kmsg"), O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* Calls @take for each line of the log, which is "PRIORITY,NUMBER,TIME,FLAGS;TEXT". */
static void read_log(int log, void (*take)(const char *said, void *data), void *data)
{
	char record[8192];

	for (;;) {
		ssize_t n = read(log, record, sizeof(record) - 1);
		char *next, *rest;

		/* EPIPE: lines were overwritten before they were read. Read the next one. */
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			return;
		record[n] = '\0';
		for (next = strtok_r(record, "\n", &rest); next;
		     next = strtok_r(NULL, "\n", &rest)) {
			char *said = strchr(next, ';');

			/* A line that begins with a space describes the device. */
			if (*next != ' ' && said)
				take(said + 1, data);
		}
	}
}

struct heard {
	char *last, *of_kvm;
	const char *with;
};

static void take_last(const char *said, void *data)
{
	struct heard *heard = data;

	heard->last = text("%s", said);
	if (strstr(said, "kvm"))
		heard->of_kvm = heard->last;
}

/**
 * kernel_says() - find the kernel's last message since listen_to_kernel()
 * @from: the descriptor, which is closed
 *
 * Return: the last message with "kvm" in it, else the last one, else "".
 */
char *kernel_says(int from)
{
	struct heard heard = {};

	if (from < 0)
		return text("%s", "");
	read_log(from, take_last, &heard);
	close(from);
	if (heard.of_kvm)
		return heard.of_kvm;
	return heard.last ? heard.last : text("%s", "");
}

static void take_with(const char *said, void *data)
{
	struct heard *heard = data;

	if (starts(heard->with, said))
		heard->last = text("%s", said + strlen(heard->with));
}

/**
 * log_line() - find the last line of the kernel's log that begins with a text
 * @with: the text
 *
 * Return: the rest of the line; NULL if there is none, or the log can't be read.
 */
char *log_line(const char *with)
{
	struct heard heard = { .with = with };
	int log = open(at("/dev/kmsg"), O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (log < 0)
		return NULL;
	read_log(log, take_with, &heard);
	close(log);
	return heard.last;
}
