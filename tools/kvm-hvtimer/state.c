// SPDX-License-Identifier: GPL-2.0-only
/*
 * The state file in /run/kvm-hvtimer, a folder that only root can use: which module this command
 * has loaded with which parameters, what was loaded before, and a swap that has begun.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

#define FOLDER	"/run/kvm-hvtimer"
#define STATE	FOLDER "/state"

/**
 * state_lock() - take the lock of all swaps, until this process ends
 *
 * Only root can enter the folder, so nobody else can hold the lock.
 */
void state_lock(void)
{
	struct stat info;
	int folder, lock;

	if (mkdir(at(FOLDER), 0700) && errno != EEXIST)
		die("the folder " FOLDER " can't be made (%s): nothing was changed",
		    strerror(errno));
	folder = open(at(FOLDER), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0 || fstat(folder, &info))
		die(FOLDER " is no folder that can be used (%s): remove it; nothing was changed",
		    strerror(errno));
	if (info.st_uid != geteuid() || info.st_mode & 077)
		die(FOLDER " is not root's alone (owner %u, mode %o): remove it; nothing was changed",
		    info.st_uid, info.st_mode & 07777);
	lock = openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0)
		die(FOLDER "/lock can't be written (%s): nothing was changed", strerror(errno));
	close(folder);
	if (flock(lock, LOCK_EX | LOCK_NB))
		die("another kvm-hvtimer is swapping modules: wait for it to end");
}

static char *get(struct json_object *from, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(from, key, &value) ||
	    !json_object_is_type(value, json_type_string))
		return text("%s", "");
	return text("%s", json_object_get_string(value));
}

static uint64_t get_number(struct json_object *from, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(from, key, &value) ? json_object_get_uint64(value) : 0;
}

static struct list get_list(struct json_object *from, const char *key)
{
	struct json_object *value;
	struct list to = {};
	size_t i;

	if (!json_object_object_get_ex(from, key, &value) ||
	    !json_object_is_type(value, json_type_array))
		return to;
	for (i = 0; i < json_object_array_length(value); i++) {
		struct json_object *item = json_object_array_get_idx(value, i);

		if (json_object_is_type(item, json_type_string))
			add(&to, text("%s", json_object_get_string(item)));
	}
	return to;
}

static bool get_setting(struct json_object *from, const char *key, struct setting *to)
{
	struct json_object *value;

	if (!json_object_object_get_ex(from, key, &value) ||
	    !json_object_is_type(value, json_type_object))
		return false;
	to->file = get(value, "file");
	if (!*to->file)
		to->file = NULL;
	to->srcversion = get(value, "srcversion");
	to->given = get_list(value, "given");
	return true;
}

/**
 * state_read() - read the state
 *
 * Return: the state; empty if there is no file or it can't be read.
 */
struct state state_read(void)
{
	struct state to = {};
	struct json_object *from;
	const char *all = content(STATE, NULL);

	from = all ? json_tokener_parse(all) : NULL;
	if (!json_object_is_type(from, json_type_object)) {
		json_object_put(from);
		return to;
	}
	to.has_before = get_setting(from, "before", &to.before);
	to.has_now = get_setting(from, "now", &to.now);
	to.now_inode = get_number(from, "inode");
	to.now_shown = get_list(from, "shown");
	to.now_temporary = get_number(from, "temporary");
	to.owner = get_number(from, "owner");
	to.owner_start = get_number(from, "owner_start");
	to.has_swap = get_setting(from, "swap_to", &to.swap_to) &&
		      get_setting(from, "swap_back", &to.swap_back);
	to.swap_temporary = get_number(from, "swap_temporary");
	json_object_put(from);
	return to;
}

/**
 * strings() - make a JSON array of a list
 * @from: the list, of any bytes
 *
 * Return: the array, which belongs to the caller.
 */
struct json_object *strings(const struct list *from)
{
	struct json_object *to = json_object_new_array();
	size_t i;

	for (i = 0; i < from->count; i++)
		json_object_array_add(to, json_object_new_string(clean(from->item[i], false)));
	return to;
}

static void put_setting(struct json_object *to, const char *key, const struct setting *from)
{
	struct json_object *value = json_object_new_object();

	if (from->file)
		json_object_object_add(value, "file", json_object_new_string(from->file));
	if (from->srcversion)
		json_object_object_add(value, "srcversion",
				       json_object_new_string(from->srcversion));
	json_object_object_add(value, "given", strings(&from->given));
	json_object_object_add(to, key, value);
}

/**
 * state_write() - write the state
 * @state: the new state
 *
 * Writes a new file, which then replaces the old one.
 */
void state_write(const struct state *state)
{
	struct json_object *to = json_object_new_object();
	const char *all;
	size_t length;
	int file;
	bool good;

	if (state->has_before)
		put_setting(to, "before", &state->before);
	if (state->has_now) {
		put_setting(to, "now", &state->now);
		json_object_object_add(to, "inode", json_object_new_uint64(state->now_inode));
		json_object_object_add(to, "shown", strings(&state->now_shown));
		json_object_object_add(to, "temporary", json_object_new_int(state->now_temporary));
	}
	if (state->has_swap) {
		put_setting(to, "swap_to", &state->swap_to);
		put_setting(to, "swap_back", &state->swap_back);
		json_object_object_add(to, "swap_temporary",
				       json_object_new_int(state->swap_temporary));
	}
	json_object_object_add(to, "owner", json_object_new_uint64(state->owner));
	json_object_object_add(to, "owner_start", json_object_new_uint64(state->owner_start));
	all = json_object_to_json_string_ext(to, JSON_C_TO_STRING_PLAIN);
	length = strlen(all);
	file = open(at(STATE ".new"), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	good = file >= 0 && write(file, all, length) == (ssize_t)length;
	if (file >= 0)
		close(file);
	json_object_put(to);
	if (!good || rename(at(STATE ".new"), at(STATE)))
		die("what is loaded can't be written down in " STATE " (%s): /run may be full",
		    strerror(errno));
}

/**
 * inode_of_loaded() - get the inode of the loaded module's folder in /sys
 *
 * Return: the number. On most kernels it changes each time the module is loaded.
 */
uint64_t inode_of_loaded(void)
{
	struct stat info;

	return stat(at(SYS), &info) ? 0 : info.st_ino;
}

/**
 * start_of() - get the time when a process began
 * @pid: the process
 *
 * Return: the time in clock ticks since the boot; 0 if there is no such process.
 */
uint64_t start_of(uint64_t pid)
{
	char *stat_line = first_line(text("/proc/%" PRIu64 "/stat", pid));
	char *rest = strrchr(stat_line, ')');
	struct list fields;
	uint64_t start;

	/* The 22nd field. Count from the third: the second, the name, may contain spaces. */
	fields = words(rest ? rest + 1 : "", " ");
	return fields.count > 19 && number(fields.item[19], &start) ? start : 0;
}

/* Whether the parameters are the same, except those that can be written in /sys. */
static bool as_shown(const struct list *then, const struct list *now)
{
	struct stat info;
	size_t i;

	for (i = 0; i < now->count; i++) {
		char *name = copy(now->item[i], strcspn(now->item[i], "="));

		if (!has(then, clean(now->item[i], false)) &&
		    !stat(at(text(SYS "/parameters/%s", name)), &info) && !(info.st_mode & 0222))
			return false;
	}
	return true;
}

/**
 * state_knows() - check whether this command has loaded the loaded module
 * @state: the state
 * @loaded: the module
 *
 * Return: whether it has.
 */
bool state_knows(const struct state *state, const struct loaded *loaded)
{
	return state->has_now && state->now.file && loaded->kind != NONE &&
	       loaded->kind != BUILTIN && state->now_inode == inode_of_loaded() &&
	       !strcmp(state->now.srcversion, loaded->srcversion) &&
	       as_shown(&state->now_shown, &loaded->parameters);
}
