/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of kvm-hvtimer share. */
#ifndef KVM_HVTIMER_H
#define KVM_HVTIMER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

#define NAME	"kvm-hvtimer"
#define SYS	"/sys/module/kvm_intel"
#define DEBUGFS	"/sys/kernel/debug/kvm-intel/hv_timer"

/* The reason as vmx/hv_timer.c prints it. */
#define BY_PARAMETER	"switched off by preemption_timer=0"

/**
 * struct list - strings
 * @item: the strings; NULL if there are none
 * @count: how many
 */
struct list {
	char **item;
	size_t count;
};

/* --- text.c --- */

void *keep(size_t size);
void forget(void);
char *vtext(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *copy(const char *from, size_t length);
char *clean(const char *from, bool for_people);

/* --- say.c --- */

/* Ends the command: exit(), except in tests. */
extern void (*leave)(int status);

noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
noreturn void misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void line(const char *title, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- list.c --- */

void add(struct list *list, const char *item);
bool has(const struct list *list, const char *item);
char *joined(const struct list *list, const char *between);
struct list words(const char *from, const char *between);
const char *value_of(const struct list *pairs, const char *key);
bool starts(const char *with, const char *what);
bool ends(const char *with, const char *what);
bool number(const char *from, uint64_t *to);
bool passable(const char *value);

/* --- file.c --- */

/* The folder of --root, put before every path that is read or written; "" for this system. */
extern const char *root;

char *at(const char *path);
bool there(const char *path);
char *content(const char *path, size_t *length);
char *first_line(const char *path);
struct list names_in(const char *folder);
struct list find(const char *folder, const char *stem);

/* --- module.c --- */

/**
 * enum kind - whose module it is
 * @NONE: no module is loaded, or found
 * @BUILTIN: it is part of the kernel
 * @BROKEN: no kvm-intel module that can be read
 * @OURS: of this project, any variant
 * @STOCK: the kernel's own
 * @OTHER: another kvm_intel
 */
enum kind { NONE, BUILTIN, BROKEN, OURS, STOCK, OTHER };

/**
 * struct module - what a module's file says of itself
 * @path: the file
 * @kind: whose it is
 * @version: MODULE_VERSION(); this and the next ones are "" if the file lacks them
 * @variant: of ours, what was built
 * @shape: of ours, how its kernel toggles
 * @source: of ours, what it was made from
 * @srcversion: a checksum of its source
 * @vermagic: the kernel that it is for
 * @signer: who signed it
 * @parameters: the names that it takes
 * @lacks: of ours, the fixes that its kernel lacks, a sentence for each
 */
struct module {
	char *path;
	enum kind kind;
	const char *version, *variant, *shape, *source, *srcversion, *vermagic, *signer;
	struct list parameters, lacks;
};

/**
 * struct version - a symbol that a module imports
 * @symbol: its name
 * @crc: its version
 */
struct version {
	char *symbol;
	uint64_t crc;
};

extern const char *const kind_names[];

const struct module *describe(const char *path);
void forget_modules(void);
char *in_words(const struct module *module);
size_t versions(const char *path, struct version **to);
struct list installed(void);
char *chosen(const char *release, char **options);
const char *stock_file(const char *release);
bool astray(const char *file, const char *release);
const char *our_file(bool must);

/* --- loaded.c, users.c, timer.c, signing.c, log.c, initramfs.c --- */

/**
 * struct user - a process that has KVM, or the module's debugfs file, open
 * @pid: its number
 * @name: its name, which it can choose freely
 * @vm: it has a VM
 * @mwait: its command line gives guests MWAIT (QEMU's cpu-pm=on)
 * @figures: it is the debugfs file that it has open
 */
struct user {
	unsigned long pid;
	char *name;
	bool vm, mwait, figures;
};

/**
 * struct loaded - the kvm_intel that is loaded
 * @kind: whose it is
 * @version: of ours, its version
 * @variant: of ours, what was built; NULL if unknown
 * @srcversion: as the kernel shows it
 * @file: where it came from; NULL if unknown
 * @parameters: NAME=VALUE, as the kernel shows them
 * @refs: how many references there are to it
 * @users: the processes that have KVM open, as far as they can be seen
 * @user_count: how many these are
 */
struct loaded {
	enum kind kind;
	const char *version, *variant, *srcversion, *file;
	struct list parameters;
	uint64_t refs;
	struct user *users;
	size_t user_count;
};

/**
 * struct timer - what is known of the hv timer
 * @state: on, off or unknown
 * @reason: why it is off; NULL if it is on or unknown
 * @words: all of this as text
 * @rate: its rate
 * @hz: the TSC's frequency
 * @max: the highest value that is written
 * @ms: how long that value lasts
 * @figures: whether these four are known
 * @counters: "NAME VALUE"
 */
struct timer {
	const char *state, *reason, *words;
	uint64_t rate, hz, max, ms;
	bool figures;
	struct list counters;
};

/**
 * struct cap - what CPUID says of erratum EMR158
 * @applies: there is a bound below 2^32
 * @max: the highest value that the CPU gets right
 * @rate: the timer's rate
 * @rate_from: the source of @rate
 * @ms: how long @max lasts at that rate, 0 if the TSC's frequency is unknown
 * @ms_from: the source of that frequency
 */
struct cap {
	bool applies;
	uint32_t max;
	unsigned int rate;
	const char *rate_from;
	uint64_t ms;
	const char *ms_from;
};

/**
 * struct signing - which signatures this kernel requires, and whether a module has one
 * @required: it loads signed modules only
 * @boot: Secure Boot: on, off or unknown
 * @key: it knows the module's key: yes, no, unknown or none
 * @good: it would load the module
 * @words: all of this as text
 */
struct signing {
	bool required, good;
	const char *boot, *key, *words;
};

const char *cpu(void);
struct loaded look_at_loaded(void);
void look_at_users(struct loaded *to);
struct timer look_at_timer(const struct loaded *loaded);
struct cap look_at_cap(const struct timer *timer);
struct list unused(const struct loaded *loaded, const struct timer *timer);
struct signing signing(const struct module *module);
char *user_names(const struct loaded *loaded);
int listen_to_kernel(void);
char *kernel_says(int from);
char *log_line(const char *with);
char *initramfs_words(bool look, const char **file, struct list *copies, bool *looked);

/* --- status.c, verify.c --- */

int command_status(void);
int command_verify(void);
bool verify(const char *file, bool quiet, char **fault);

/* --- state.c: the state file in /run --- */

struct json_object;

/**
 * struct setting - a module and its parameters
 * @file: its file; NULL for no module at all
 * @srcversion: which build it is, "" if the file lacks it
 * @given: NAME=VALUE, those that were asked for
 */
struct setting {
	char *file, *srcversion;
	struct list given;
};

/**
 * struct state - what this command has done since the boot
 * @has_before: restore has a setting to go back to
 * @before: that setting
 * @has_now: the module that is loaded was loaded by this command
 * @now: that module
 * @now_inode: the inode of its folder in /sys, another one when it is loaded anew
 * @now_shown: its parameters, as the kernel showed them then
 * @now_temporary: it is one of a series that restore ends
 * @has_swap: a swap has begun
 * @swap_to: what it loads
 * @swap_back: what was there
 * @swap_temporary: it is of a series
 * @owner: the process that the series belongs to
 * @owner_start: when that process began
 */
struct state {
	bool has_before, has_now, now_temporary, has_swap, swap_temporary;
	struct setting before, now, swap_to, swap_back;
	uint64_t now_inode, owner, owner_start;
	struct list now_shown;
};

void state_lock(void);
struct json_object *strings(const struct list *from);
struct state state_read(void);
void state_write(const struct state *state);
uint64_t inode_of_loaded(void);
uint64_t start_of(uint64_t pid);
bool state_knows(const struct state *state, const struct loaded *loaded);

/* --- load.c, given.c, kernel.c; swap.c has swap.h --- */

struct list given_to(const struct loaded *loaded, const struct state *state);
struct list taken_by(const struct module *module, const struct list *given);
int command_load(void);
int command_unload(void);
int command_restore(void);

int kernel_insert(const char *file, const char *options, char **why);
int kernel_remove(char **why);
int kernel_load_kvm(char **why);
bool kernel_opens_kvm(void);

/* --- main.c: the command line --- */

/**
 * struct command_line - what the command line asks for
 * @release: the release of the kernel that it is about
 * @running: the release of the running kernel
 * @module: --module, or NULL
 * @tree: the source tree that this command was built in, or NULL
 * @json: --json
 * @unverified: --unverified
 * @temporary: --temporary
 * @given: NAME=VALUE
 * @seconds: SECONDS of estimate, or 0
 * @report: --report
 */
struct command_line {
	char *release, *running, *module, *tree, *report;
	uint64_t seconds;
	bool json, unverified, temporary;
	struct list given;
};

extern struct command_line asked;

#endif /* KVM_HVTIMER_H */
