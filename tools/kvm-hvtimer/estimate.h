/* SPDX-License-Identifier: GPL-2.0-only */
/* The command estimate: what its files have in common. */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm-hvtimer.h"

/**
 * enum happening_kind - what KVM's trace events tell of a vCPU
 * @IN_USE: its deadline was put into the hv timer (kvm_hv_timer_state)
 * @NOT_IN_USE: its deadline was taken out of it, or went to an hrtimer (the same)
 * @TIMER_EXIT: the guest was left by the hv timer (kvm_exit)
 * @NESTED_ENTRY: L1 asked for its guest to be entered (kvm_exit)
 * @NESTED_EXIT: that guest's exit is handed to L1 (kvm_nested_vmexit_inject)
 * @DEADLINE: the guest has written its TSC deadline, and what became of it was told
 *	before (kvm_msr)
 * @COUNT: the guest writes its LAPIC timer's count, and what becomes of it is told
 *	after (kvm_apic)
 * @KINDS: how many there are
 */
enum happening_kind {
	IN_USE, NOT_IN_USE, TIMER_EXIT, NESTED_ENTRY, NESTED_EXIT, DEADLINE, COUNT, KINDS
};

/**
 * struct happening - one of these
 * @kind: which
 * @thread: whose: the vCPU's thread
 * @when: the host's TSC
 * @value: the vCPU's number; the reason of the exit that L1 is given; what was written
 */
struct happening {
	enum happening_kind kind;
	uint32_t thread;
	uint64_t when, value;
};

/* --- trace.c: KVM's trace events, in an instance of our own --- */

struct list trace_begin(void);
void trace_read(void (*take)(const struct happening *what));
uint64_t trace_end(void (*take)(const struct happening *what));

/* --- toggling.c: what a kernel that toggles makes of them --- */

/**
 * enum shape - how a kernel toggles, as the semantic patches know it
 * @TOGGLES: at VM entries (4.19 to 5.2)
 * @TOGGLES_EARLY: wherever a deadline is set or taken away (4.8 to 4.18)
 */
enum shape { TOGGLES, TOGGLES_EARLY };

/**
 * struct toll - what was counted, and what toggling makes of that
 * @in_use: deadlines put into the hv timer
 * @called_off: those that were taken out of it before they came
 * @taken: those that came, as an exit
 * @forced: exits by the timer without a deadline: forced ones, or spurious ones
 * @nested: nested entries
 * @far: deadlines beyond what the CPU gets right
 * @writes: writes of the pin controls
 * @dirtied: VM entries that follow at least one
 */
struct toll {
	uint64_t in_use, called_off, taken, forced, nested, far, writes, dirtied;
};

/**
 * struct vcpu - a vCPU, and where a kernel that toggles would be with it
 * @thread: its thread
 * @id: its number in its VM
 * @id_known: whether that is known
 * @process: its VMM, 0 where the thread was gone before it was asked for
 * @deadline: the last one that its guest wrote
 * @in_use: its deadline is in the hv timer
 * @held: an IN_USE of which the next happening tells whose doing it was
 * @exited: the last happening was a timer exit
 * @settled: that was a deadline taken away in the exit that is being handled
 * @nested: vmcs02 is loaded
 * @armed: of vmcs01 and vmcs02: the timer is on in the pin controls
 * @dirty: of these: the pin controls were written since the last entry
 * @toll: what it comes to
 */
struct vcpu {
	uint32_t thread, id;
	bool id_known;
	uint64_t process;
	uint64_t deadline;
	bool in_use, held, exited, settled, nested, armed[2], dirty[2];
	struct toll toll;
};

void toggling_happens(struct vcpu *vcpu, enum shape shape, const struct happening *what);
void toggling_adds(struct toll *to, const struct toll *from);

/* --- estimate.c --- */

/**
 * struct vm - a VM that ran meanwhile
 * @process: its VMM; 0 for those of whose vCPUs' threads nobody knows any more whose they were
 * @name: what that calls itself: anything
 * @ended: it was gone at the end
 * @before: its VM exits when counting began
 * @exits: those since; each is of an entry
 * @exits_known: whether they are known
 * @toll: what its vCPUs come to
 */
struct vm {
	uint64_t process;
	const char *name;
	bool ended;
	uint64_t before, exits;
	bool exits_known;
	struct toll toll;
};

/**
 * struct toggles - whether the loaded module toggles
 * @known: that is known
 * @it_does: it does
 * @shape: how; TOGGLES where it does not
 * @by: how that is known
 */
struct toggles {
	bool known, it_does;
	enum shape shape;
	const char *by;
};

/**
 * struct estimate - what was counted
 * @toggles: about the loaded module
 * @seconds: for how long
 * @tsc_hz: the TSC's frequency meanwhile
 * @vms: each VM
 * @vm_count: how many
 * @all: all of them together
 * @lost: events that came faster than they were read
 * @missing: what can't be counted here
 * @cap: what the CPU gets right
 * @unjudged: deadlines of which it is not known how far away they were
 * @cycles: what one dirty entry costs, from and to
 * @cycles_by: how that is known
 */
struct estimate {
	struct toggles toggles;
	double seconds, tsc_hz;
	struct vm *vms;
	size_t vm_count;
	struct vm all;
	uint64_t lost;
	struct list missing;
	struct cap cap;
	uint64_t unjudged;
	double cycles[2];
	const char *cycles_by;
};

int command_estimate(void);

/* --- estimate_words.c --- */

struct toggles look_at_toggles(const struct loaded *loaded);
void look_at_cycles(const char *report, struct estimate *to);
void estimate_json(const struct estimate *found);
void estimate_text(const struct estimate *found);

#endif /* ESTIMATE_H */
