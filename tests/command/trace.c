// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's trace events for tests, in place of tools/kvm-hvtimer/trace.c. Each line of the root's
 * /fake/trace is an event, "KIND THREAD WHEN VALUE", or one of these: "lost N", N events are lost;
 * "missing TEXT", TEXT can't be counted; "signal N", signal N is sent; "ends PID", a VM ends.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "estimate.h"

static const char *const kinds[KINDS] = {
	"in-use", "not-in-use", "timer-exit", "nested-entry", "nested-exit", "deadline", "count"
};

static struct list happenings;
static size_t next;
static uint64_t gone;

struct list trace_begin(void)
{
	const char *all = content("/fake/trace", NULL);
	struct list missing = {};
	size_t i;

	if (!all)
		die("there is no tracefs: /fake/trace");
	happenings = words(all, "\n");
	for (i = 0; i < happenings.count; i++) {
		if (starts("missing ", happenings.item[i]))
			add(&missing, happenings.item[i] + strlen("missing "));
	}
	return missing;
}

void trace_read(void (*take)(const struct happening *what))
{
	for (; next < happenings.count; next++) {
		struct list fields = words(happenings.item[next], " ");
		struct happening what = { .kind = 0 };
		uint64_t thread;

		if (fields.count == 2 && !strcmp(fields.item[0], "lost"))
			number(fields.item[1], &gone);
		if (fields.count == 2 && !strcmp(fields.item[0], "signal"))
			kill(getpid(), atoi(fields.item[1]));
		if (fields.count == 2 && !strcmp(fields.item[0], "ends"))
			rename(at(text("/proc/%s", fields.item[1])), at("/fake/ended"));
		if (fields.count != 4)
			continue;
		while (what.kind < KINDS && strcmp(kinds[what.kind], fields.item[0]))
			what.kind++;
		if (what.kind == KINDS || !number(fields.item[1], &thread) ||
		    !number(fields.item[2], &what.when) || !number(fields.item[3], &what.value))
			abort();
		what.thread = (uint32_t)thread;
		take(&what);
	}
}

uint64_t trace_end(void (*take)(const struct happening *what))
{
	trace_read(take);
	return gone;
}
