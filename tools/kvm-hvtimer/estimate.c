// SPDX-License-Identifier: GPL-2.0-only
/* estimate: counts by KVM's trace events what toggling costs the running VMs. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "estimate.h"

#define SECONDS		10
/* How often the events are read, in ns. */
#define PERIOD		100000000
#define BUCKETS		65536
#define KVM_DEBUGFS	"/sys/kernel/debug/kvm"

/* A vCPU, in the list of those whose threads have the same low bits. */
struct kept_vcpu {
	struct vcpu vcpu;
	bool offset_asked, offset_known;
	uint64_t offset;
	struct kept_vcpu *next;
};

static struct kept_vcpu *vcpus[BUCKETS];
static struct estimate found;

/*
 * Blocks the signals that end the command, so that the trace instance is removed first. Ignored
 * ones stay ignored.
 */
static sigset_t signals_held(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action;
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!sigaction(numbers[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&set, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	return set;
}

/* Returns the process of a thread, or 0. */
static uint64_t process_of(uint32_t thread)
{
	char *status = content(text("/proc/%" PRIu32 "/status", thread), NULL);
	char *line_of = status ? strstr(status, "\nTgid:\t") : NULL;
	uint64_t process;

	if (!line_of)
		return 0;
	line_of += strlen("\nTgid:\t");
	line_of[strcspn(line_of, "\n")] = '\0';
	return number(line_of, &process) ? process : 0;
}

static struct kept_vcpu *vcpu_of(uint32_t thread)
{
	struct kept_vcpu **at_end = &vcpus[thread % BUCKETS];

	while (*at_end && (*at_end)->vcpu.thread != thread)
		at_end = &(*at_end)->next;
	if (!*at_end) {
		*at_end = keep(sizeof(**at_end));
		(*at_end)->vcpu.thread = thread;
		(*at_end)->vcpu.process = process_of(thread);
	}
	return *at_end;
}

/* Sums the file @name over a process's VMs, which have folders PID-FD in KVM's debugfs. */
static bool debugfs_number(uint64_t process, const char *name, uint64_t *to)
{
	struct list folders = names_in(KVM_DEBUGFS);
	const char *with = text("%" PRIu64 "-", process);
	bool known = false;
	uint64_t n;
	size_t i;

	*to = 0;
	for (i = 0; i < folders.count; i++) {
		const char *value, *path = text(KVM_DEBUGFS "/%s/%s", folders.item[i], name);

		if (!starts(with, folders.item[i]) || !there(path))
			continue;
		value = first_line(path);
		/* TSC offsets are signed. */
		if (*value == '-' && number(value + 1, &n))
			n = -n;
		else if (!number(value, &n))
			continue;
		*to += n;
		known = true;
	}
	return known;
}

/* Finds the guest's TSC offset. Returns false if it is not known, or the TSC is scaled. */
static bool offset_of(struct kept_vcpu *kept, uint64_t *offset)
{
	const struct vcpu *vcpu = &kept->vcpu;
	uint64_t ratio, bits, process = vcpu->process;

	/* Read only once, because there may be very many deadlines. */
	if (!kept->offset_asked && process && vcpu->id_known) {
		const char *ratio_in = text("vcpu%u/tsc-scaling-ratio", vcpu->id);

		kept->offset_asked = true;
		if (debugfs_number(process, ratio_in, &ratio) &&
		    debugfs_number(process, text("%s-frac-bits", ratio_in), &bits) &&
		    (bits > 63 || ratio != 1ull << bits))
			return false;
		kept->offset_known = debugfs_number(process, text("vcpu%u/tsc-offset", vcpu->id),
						    &kept->offset);
	}
	*offset = kept->offset;
	return kept->offset_known;
}

/* Counts a deadline that KVM has just put into the hv timer, if it is beyond the cap. */
static void judge(struct kept_vcpu *kept, const struct happening *what)
{
	uint64_t offset, at_guest;

	if (!found.cap.applies)
		return;
	if (!offset_of(kept, &offset)) {
		found.unjudged++;
		return;
	}
	at_guest = what->when + offset;
	if (what->value > at_guest && (what->value - at_guest) >> found.cap.rate > found.cap.max)
		kept->vcpu.toll.far++;
}

static void take(const struct happening *what)
{
	struct kept_vcpu *kept = vcpu_of(what->thread);

	if (what->kind == IN_USE || what->kind == NOT_IN_USE) {
		kept->vcpu.id = (uint32_t)what->value;
		kept->vcpu.id_known = true;
	} else if (what->kind == DEADLINE && kept->vcpu.held) {
		judge(kept, what);
	}
	toggling_happens(&kept->vcpu, found.toggles.shape, what);
}

/* Returns the VM of that process, a new one if needed. @from_now: note its VM exits so far. */
static struct vm *vm_of(uint64_t process, const char *name, bool from_now)
{
	struct vm *vm;
	size_t i;

	for (i = 0; i < found.vm_count; i++) {
		if (found.vms[i].process == process)
			return &found.vms[i];
	}
	if (!(found.vm_count & (found.vm_count - 1))) {
		struct vm *more = keep((found.vm_count ? found.vm_count * 2 : 1) * sizeof(*more));

		if (found.vm_count)
			memcpy(more, found.vms, found.vm_count * sizeof(*more));
		found.vms = more;
	}
	vm = &found.vms[found.vm_count++];
	vm->process = process;
	vm->name = name;
	if (process && from_now)
		vm->exits_known = debugfs_number(process, "exits", &vm->before);
	return vm;
}

static bool runs(uint64_t process)
{
	return there(text("/proc/%" PRIu64, process));
}

static double clock_now(void)
{
	struct timespec to;

	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)to.tv_sec + (double)to.tv_nsec / 1e9;
}

/* Counts until the time is over or a signal comes. Returns the signal; 0 or less if none came. */
static int count(uint64_t seconds, const sigset_t *signals)
{
	static const struct timespec period = { .tv_nsec = PERIOD };
	bool progress = isatty(STDERR_FILENO);
	double begin, passed = 0, said = 0;
	int came = 0;
	uint64_t tsc;

	begin = clock_now();
	tsc = __rdtsc();
	while (came <= 0 && passed < (double)seconds) {
		came = sigtimedwait(signals, NULL, &period);
		trace_read(take);
		passed = clock_now() - begin;
		if (progress && passed >= said + 1) {
			said = (double)(uint64_t)passed;
			fprintf(stderr, "\r" NAME ": counting, %.0f of %" PRIu64 " s ", said,
				seconds);
		}
	}
	if (progress)
		fputs("\r\033[K", stderr);
	found.lost = trace_end(take);
	found.seconds = clock_now() - begin;
	found.tsc_hz = (double)(__rdtsc() - tsc) / found.seconds;
	return came;
}

/* Adds up the vCPUs of each VM. */
static void add_up(void)
{
	struct kept_vcpu *kept;
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		for (kept = vcpus[i]; kept; kept = kept->next) {
			uint64_t process = kept->vcpu.process;
			const char *name = first_line(text("/proc/%" PRIu64 "/comm", process));

			toggling_adds(&vm_of(process, name, false)->toll, &kept->vcpu.toll);
			toggling_adds(&found.all.toll, &kept->vcpu.toll);
		}
	}
	found.all.exits_known = true;
	for (i = 0; i < found.vm_count; i++) {
		struct vm *vm = &found.vms[i];
		uint64_t after;

		vm->ended = !vm->process || !runs(vm->process);
		vm->exits_known = !vm->ended && debugfs_number(vm->process, "exits", &after) &&
			after >= vm->before;
		if (vm->exits_known)
			vm->exits = after - vm->before;
		found.all.exits += vm->exits;
		found.all.exits_known = found.all.exits_known && vm->exits_known;
	}
}

/**
 * command_estimate() - the command estimate
 *
 * Return: its exit status.
 */
int command_estimate(void)
{
	struct loaded loaded;
	struct timer timer;
	sigset_t signals;
	int came;
	size_t i;

	if (geteuid())
		die("only root can count what KVM does");
	if (strcmp(cpu(), "vmx"))
		die("%s", cpu());
	loaded = look_at_loaded();
	if (loaded.kind == NONE)
		die("no kvm_intel is loaded: there is nothing to count");
	timer = look_at_timer(&loaded);
	if (!strcmp(timer.state, "off"))
		die("the hv timer is off (%s): no deadline goes to it, so there is nothing to count",
		    timer.reason ? timer.reason : timer.words);
	for (i = 0; i < loaded.user_count; i++) {
		if (loaded.users[i].vm)
			vm_of(loaded.users[i].pid, loaded.users[i].name, true);
	}
	if (!found.vm_count)
		die("no VM runs: there is nothing to count");
	look_at_cycles(asked.report, &found);
	found.toggles = look_at_toggles(&loaded);
	found.cap = look_at_cap(&timer);
	signals = signals_held();
	found.missing = trace_begin();
	came = count(asked.seconds ? asked.seconds : SECONDS, &signals);
	if (came > 0) {
		warn("interrupted after %.1f s: there is no result, and the trace instance is removed",
		     found.seconds);
		return 128 + came;
	}
	add_up();
	if (asked.json)
		estimate_json(&found);
	else
		estimate_text(&found);
	return 0;
}
