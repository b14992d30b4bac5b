/* SPDX-License-Identifier: GPL-2.0-only */
/* Declarations that the files of the command estimate share. */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm-hvtimer.h"

/**
 * enum happening_kind - what a trace event of KVM's tells of a vCPU
 * @IN_USE: KVM put its deadline into the hv timer (kvm_hv_timer_state)
 * @NOT_IN_USE: KVM took the deadline out of the hv timer, or gave it to an hrtimer (the same event)
 * @TIMER_EXIT: a VM exit by the hv timer (kvm_exit)
 * @NESTED_ENTRY: L1 executed VMLAUNCH or VMRESUME (kvm_exit)
 * @NESTED_EXIT: KVM hands an exit of L2 to L1 (kvm_nested_vmexit_inject)
 * @DEADLINE: the guest has written its TSC deadline (kvm_msr); the event that says
 *	where the deadline went comes before this one
 * @COUNT: the guest writes its LAPIC timer's count (kvm_apic); the event that says
 *	where the deadline went comes after this one
 * @KINDS: the number of kinds
 */
enum happening_kind {
	IN_USE, NOT_IN_USE, TIMER_EXIT, NESTED_ENTRY, NESTED_EXIT, DEADLINE, COUNT, KINDS
};

/**
 * struct happening - a trace event of a vCPU
 * @kind: its kind
 * @thread: the vCPU's thread
 * @when: the host's TSC
 * @value: by kind: the vCPU's number, the exit reason, or what was written
 */
struct happening {
	enum happening_kind kind;
	uint32_t thread;
	uint64_t when, value;
};

/* --- trace.c: KVM's trace events, in a trace instance of our own --- */

struct list trace_begin(void);
void trace_read(void (*take)(const struct happening *what));
uint64_t trace_end(void (*take)(const struct happening *what));

/* --- toggling.c: the writes of a kernel that toggles, by these events --- */

/**
 * enum shape - how a kernel toggles, as the semantic patches know it
 * @TOGGLES: at VM entries (4.19 to 5.2)
 * @TOGGLES_EARLY: whenever a deadline is set or taken away (4.8 to 4.18)
 */
enum shape { TOGGLES, TOGGLES_EARLY };

/**
 * struct toll - what was counted, and the writes that toggling causes
 * @in_use: deadlines put into the hv timer
 * @called_off: those that were taken out of it before they ran out
 * @taken: those that ran out, with an exit
 * @forced: exits by the timer without a deadline: forced ones, or spurious ones
 * @nested: nested entries
 * @far: deadlines beyond the bound of erratum EMR158
 * @writes: writes of the pin controls
 * @dirtied: VM entries that follow at least one
 */
struct toll {
	uint64_t in_use, called_off, taken, forced, nested, far, writes, dirtied;
};

/**
 * struct vcpu - a vCPU, and the pin controls that a kernel that toggles would have for it
 * @thread: its thread
 * @id: its number in its VM
 * @id_known: whether that is known
 * @process: its VMM; 0 if the thread had ended before it was looked up
 * @deadline: the last one that its guest wrote
 * @in_use: its deadline is in the hv timer
 * @held: an IN_USE whose cause the next event tells
 * @exited: the last event was a timer exit
 * @settled: the deadline was taken away in the exit that KVM is handling
 * @nested: 1 if vmcs02 is loaded, else 0
 * @armed: for vmcs01 and vmcs02, whether the timer is on in the pin controls
 * @dirty: for both, whether the pin controls were written since the last entry
 * @toll: its counts
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
 * struct vm - a VM that ran while events were counted
 * @process: its VMM; 0 for the VMs whose threads had ended before they were looked up
 * @name: the name of that process, which may hold any bytes
 * @ended: it had ended before the counting did
 * @before: its VM exits when counting began
 * @exits: its VM exits since then, one for each entry
 * @exits_known: whether @exits is known
 * @toll: the counts of its vCPUs
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
 * @known: whether that is known
 * @it_does: whether it toggles
 * @shape: how it toggles; TOGGLES if it does not
 * @by: where that is known from
 */
struct toggles {
	bool known, it_does;
	enum shape shape;
	const char *by;
};

/**
 * struct estimate - what was counted
 * @toggles: whether the loaded module toggles
 * @seconds: how long the counting took
 * @tsc_hz: the TSC's frequency in that time
 * @vms: the VMs
 * @vm_count: how many there are
 * @all: the counts of all VMs
 * @lost: the number of events that came faster than they were read
 * @missing: what can't be counted on this kernel
 * @cap: the highest timer value that the CPU gets right
 * @unjudged: the number of deadlines whose distance is unknown
 * @cycles: what one dirty entry costs: the least and the most
 * @cycles_by: where that is known from
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
