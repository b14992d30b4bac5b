// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records, in a trace instance of its own, those of KVM's trace events that concern the timer.
 * The kernel filters them: an ordinary VM entry or exit leaves nothing to read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <tracefs.h>

#include "estimate.h"

#define INSTANCE	NAME
/* For each CPU. It holds what comes in a tenth of a second, at 100,000 events a second. */
#define BUFFER_KIB	"1024"

/* What is recorded. If a needed event is missing, estimate fails. */
static struct source {
	const char *event, *filter, *value;
	bool needed;
	const char *without;
	struct tep_event *is;
	struct tep_format_field *field, *more;
} sources[] = {
	{ "kvm_hv_timer_state", NULL, "vcpu_id", true, NULL, NULL, NULL, NULL },
	{ "kvm_exit", "exit_reason == 52 || exit_reason == 20 || exit_reason == 24",
	  "exit_reason", true, NULL, NULL, NULL, NULL },
	{ "kvm_msr", "write == 1 && ecx == 0x6e0 && exception == 0", "data", true, NULL,
	  NULL, NULL, NULL },
	{ "kvm_apic", "rw == 1 && reg == 0x380", "val", false,
	  "timers of guests without TSC deadlines may be counted too often", NULL, NULL, NULL },
	{ "kvm_nested_vmexit_inject", NULL, "exit_code", false,
	  "the cost of nested guests is not counted", NULL, NULL, NULL },
};

#define SOURCES		(sizeof(sources) / sizeof(sources[0]))

static struct tracefs_instance *instance;
static struct tep_handle *tep;
static void (*taker)(const struct happening *what);

static void remove_instance(void)
{
	struct tracefs_instance *gone = instance;

	instance = NULL;
	if (!gone)
		return;
	tracefs_instance_file_write(gone, "events/enable", "0");
	tracefs_instance_destroy(gone);
	tracefs_instance_free(gone);
}

static void switch_to(bool on)
{
	if (tracefs_instance_file_write(instance, "tracing_on", on ? "1" : "0") < 0)
		die("tracing can't be switched %s in an instance of its own (%s)",
		    on ? "on" : "off", strerror(errno));
}

static struct tracefs_instance *make_instance(void)
{
	struct tracefs_instance *made = tracefs_instance_create(INSTANCE);

	if (!made || tracefs_instance_is_new(made))
		return made;
	/* It belongs to a run that was killed: the lock shows that no other run counts. */
	tracefs_instance_file_write(made, "events/enable", "0");
	if (tracefs_instance_destroy(made)) {
		int why = errno;

		die("the trace instance %s of a run that was killed can't be removed (%s): a process may have a file of it open; when it has ended, run this again, or remove instances/%s in tracefs by rmdir",
		    INSTANCE, strerror(why), INSTANCE);
	}
	tracefs_instance_free(made);
	return tracefs_instance_create(INSTANCE);
}

/* Locks tracefs's folder instances until this process ends, so that only one run counts. */
static void lock_instances(const char *folder)
{
	const char *path = text("%s/instances", folder);
	int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (lock < 0)
		die("%s can't be opened (%s): this kernel has no trace instances, or is locked down",
		    path, strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB))
		die("another kvm-hvtimer is counting: wait for it to end");
}

static void find_events(const char *folder, struct list *missing)
{
	static const char *const systems[] = { "kvm", NULL };
	size_t i;

	tep = tracefs_local_events_system(folder, systems);
	for (i = 0; i < SOURCES; i++) {
		struct source *source = &sources[i];

		source->is = tep ? tep_find_event_by_name(tep, "kvm", source->event) : NULL;
		if (source->is) {
			source->field = tep_find_any_field(source->is, source->value);
			source->more = tep_find_any_field(source->is, "hv_timer_in_use");
		}
		if (source->is && source->field)
			continue;
		source->is = NULL;
		if (source->needed)
			die("this kernel has no trace event %s with a field %s: estimate can't count without it",
			    source->event, source->value);
		add(missing, text("%s: this kernel has no trace event %s", source->without,
				  source->event));
	}
}

/**
 * trace_begin() - record events from here on
 *
 * The instance is removed when this process ends. If it is killed, the next run removes it.
 *
 * Return: what can't be counted on this kernel, a sentence for each.
 */
struct list trace_begin(void)
{
	struct list missing = {};
	const char *folder;
	size_t i;

	if (*root)
		die("nothing can be counted below another root: estimate is for the system that runs");
	if (tracefs_tracing_dir_is_mounted(false, &folder) <= 0)
		die("there is no tracefs: mount -t tracefs nodev /sys/kernel/tracing, if this kernel has it");
	lock_instances(folder);
	find_events(folder, &missing);
	atexit(remove_instance);
	instance = make_instance();
	if (!instance)
		die("no trace instance can be made (%s): the kernel may be locked down",
		    strerror(errno));
	switch_to(false);
	tracefs_instance_file_write(instance, "buffer_size_kb", BUFFER_KIB);
	/* Guests' deadlines are compared with this clock. All else is right with any clock. */
	tracefs_instance_file_write(instance, "trace_clock", "x86-tsc");
	for (i = 0; i < SOURCES; i++) {
		const struct source *source = &sources[i];

		if (!source->is)
			continue;
		if (source->filter && tracefs_event_file_write(instance, "kvm", source->event,
							       "filter", source->filter) < 0)
			die("the trace event %s takes no filter (%s)", source->event,
			    strerror(errno));
		if (tracefs_event_file_write(instance, "kvm", source->event, "enable", "1") < 0)
			die("the trace event %s can't be enabled (%s): another tracer may be in the way",
			    source->event, strerror(errno));
	}
	switch_to(true);
	return missing;
}

/* cppcheck-suppress constParameter ; it is libtracefs that says so */
static int take(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	struct happening what = { .kind = KINDS, .when = record->ts };
	unsigned long long value, in_use;
	size_t i;

	(void)cpu;
	(void)context;
	for (i = 0; i < SOURCES && sources[i].is != event; i++)
		;
	if (i == SOURCES || tep_read_number_field(sources[i].field, record->data, &value))
		return 0;
	what.thread = (uint32_t)tep_data_pid(tep, record);
	what.value = value;
	switch (i) {
	case 0:
		if (!sources[i].more ||
		    tep_read_number_field(sources[i].more, record->data, &in_use))
			return 0;
		what.kind = in_use ? IN_USE : NOT_IN_USE;
		break;
	case 1:
		what.kind = value == 52 ? TIMER_EXIT : NESTED_ENTRY;
		break;
	case 2:
		what.kind = DEADLINE;
		break;
	case 3:
		what.kind = COUNT;
		break;
	default:
		what.kind = NESTED_EXIT;
	}
	taker(&what);
	return 0;
}

/**
 * trace_read() - read the events since the last call
 * @to: called for each, in order
 */
void trace_read(void (*to)(const struct happening *what))
{
	taker = to;
	tracefs_iterate_raw_events(tep, instance, NULL, 0, take, NULL);
}

/* Returns the sum of "overrun: N" and "dropped events: N" of each CPU. */
static uint64_t lost(void)
{
	char *folder = tracefs_instance_get_dir(instance);
	struct list cpus = names_in(text("%s/per_cpu", folder));
	uint64_t n, all = 0;
	size_t i, j;

	for (i = 0; i < cpus.count; i++) {
		const char *file = text("%s/per_cpu/%s/stats", folder, cpus.item[i]);
		const char *stats = content(file, NULL);
		struct list lines = words(stats ? stats : "", "\n");

		for (j = 0; j < lines.count; j++) {
			const char *value = strstr(lines.item[j], ": ");

			if ((starts("overrun: ", lines.item[j]) ||
			     starts("dropped events: ", lines.item[j])) && number(value + 2, &n))
				all += n;
		}
	}
	tracefs_put_tracing_file(folder);
	return all;
}

/**
 * trace_end() - stop recording, and remove the instance
 * @to: called for each event that has not been read
 *
 * Return: how many events were lost because they came faster than they were read.
 */
uint64_t trace_end(void (*to)(const struct happening *what))
{
	uint64_t gone;

	switch_to(false);
	trace_read(to);
	gone = lost();
	remove_instance();
	return gone;
}
