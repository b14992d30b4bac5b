// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz: kvm-hvtimer status and verify on hosts with random files: names and open files of
 * processes, values and names in /sys, Module.symvers, the log, the state in /run. For libFuzzer.
 * $FUZZ_ROOT is a host (host.sh). $FUZZ_CHECK is a program that gets each JSON text on its standard
 * input, after its length. It ends if a text is not JSON, and then writing to it aborts this
 * program. $FUZZ_CORPUS is a folder for the first inputs.
 *
 * An input is a sequence of changes: a byte that selects a file, the length, and the content.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

#define CHANGES_MAX	8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***argument);

/* "%s" is a name from the input. */
static const char *const files[] = {
	"/proc/7/comm", "/proc/7/cmdline", "/proc/7/fd/9", "/proc/sys/kernel/osrelease",
	"/proc/cpuinfo", "/proc/keys", "/proc/kallsyms", "/cpuid", "/dev/kmsg",
	"/dev/cpu/0/msr", SYS "/version", SYS "/srcversion", SYS "/taint", SYS "/initstate",
	SYS "/refcnt", SYS "/parameters/nested", SYS "/parameters/preemption_timer",
	SYS "/parameters/%s", DEBUGFS, "/sys/module/kvm/parameters/pi_inject_timer",
	"/sys/devices/system/cpu/nohz_full", "/sys/kernel/security/lockdown",
	"/sys/firmware/efi/efivars/SecureBoot-%s", "/lib/modules/%s/modules.dep",
	"/lib/modules/1.2.3-4-amd64/build/Module.symvers",
	"/lib/modules/1.2.3-4-amd64/modules.builtin", "/etc/modprobe.d/x.conf",
	"/run/kvm-hvtimer/state", "/run/kvm-hvtimer/initramfs", "/boot/initrd.img-1.2.3-4-amd64",
	"/proc/%s/comm",
};

static jmp_buf ended;
static FILE *checker;

static void leave_here(int status)
{
	(void)status;
	longjmp(ended, 1);
}

/* Writes the first inputs, which are the host's own files. */
static void seed(const char *corpus)
{
	size_t i, length;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *what = strstr(files[i], "%s") ? NULL : content(files[i], &length);
		FILE *to = what ? fopen(text("%s/seed-%zu", corpus, i), "w") : NULL;

		if (!to)
			continue;
		length = length < 255 ? length : 255;
		fprintf(to, "%c%c", (int)i, (int)length);
		fwrite(what, 1, length, to);
		fclose(to);
	}
}

int LLVMFuzzerInitialize(int *count, char ***argument)
{
	const char *check = getenv("FUZZ_CHECK"), *corpus = getenv("FUZZ_CORPUS");

	(void)count;
	(void)argument;
	root = getenv("FUZZ_ROOT");
	checker = check ? popen(check, "w") : NULL;
	if (!root || !checker)
		abort();
	leave = leave_here;
	setenv("KMOD_LOG", "0", 1);
	if (corpus)
		seed(corpus);
	return 0;
}

static char *path_of(const char *file, const char *name)
{
	const char *hole = strstr(file, "%s");

	if (!hole)
		return text("%s%s", root, file);
	return text("%s%.*s%s%s", root, (int)(hole - file), file, name, hole + 2);
}

/* Returns what a command prints; NULL if it died. */
static char *printed(int (*run)(void), size_t *length)
{
	FILE *to_people = stdout, *to_errors = stderr, *said;
	static char *buffer;
	/* Static: longjmp() may lose local variables. */
	static bool whole;

	whole = false;
	free(buffer);
	buffer = NULL;
	said = open_memstream(&buffer, length);
	stdout = said;
	stderr = said;
	if (!setjmp(ended)) {
		run();
		whole = true;
	}
	stdout = to_people;
	stderr = to_errors;
	fclose(said);
	return whole ? buffer : NULL;
}

static void check_text(const char *said, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if ((unsigned char)said[i] < 0x20 && said[i] != '\n')
			abort();
	}
}

static void try_it(void)
{
	size_t length = 0;
	uint32_t size;
	char *said;

	asked = (struct command_line){};
	asked.running = first_line("/proc/sys/kernel/osrelease");
	asked.release = asked.running;
	if (!*asked.release || strchr(asked.release, '/') || *asked.release == '.') {
		asked.running = text("1.2.3-4-amd64");
		asked.release = asked.running;
	}
	said = printed(command_status, &length);
	if (said)
		check_text(said, length);
	said = printed(command_verify, &length);
	if (said)
		check_text(said, length);
	asked.json = true;
	said = printed(command_status, &length);
	if (!said)
		return;
	size = (uint32_t)length;
	if (fwrite(&size, sizeof(size), 1, checker) != 1 ||
	    fwrite(said, 1, length, checker) != length || fflush(checker))
		abort();
}

/* Writes a file, or a link that stands for an open file. */
static void put(const char *path, const char *what, size_t length)
{
	int file;

	unlink(path);
	if (strstr(path, "/fd/")) {
		/* Some bytes are not possible in a link. */
		if (symlink(copy(what, strnlen(what, length)), path))
			errno = 0;
		return;
	}
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (file < 0)
		return;
	if (write(file, what, length) < 0)
		abort();
	close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct {
		char *path, *folder, *was;
		size_t length;
	} changed[CHANGES_MAX];
	size_t count = 0, i;

	while (size > 2 && count < CHANGES_MAX) {
		const char *file = files[data[0] % (sizeof(files) / sizeof(files[0]))];
		size_t length = data[1];
		const char *what;
		char *name, *c;

		data += 2;
		size -= 2;
		if (length > size)
			length = size;
		what = (const char *)data;
		name = copy(what, strnlen(what, length < 40 ? length : 40));
		for (c = name; *c; c++)
			*c = *c == '/' ? '.' : *c;
		if (*name == '\0' || *name == '.')
			name = text("x%s", name);
		changed[count].path = path_of(file, name);
		changed[count].was = NULL;
		changed[count].folder = NULL;
		if (access(changed[count].path, F_OK) == 0)
			changed[count].was = content(changed[count].path + strlen(root),
						     &changed[count].length);
		if (strstr(file, "/%s/")) {
			changed[count].folder = text("%s", changed[count].path);
			*strrchr(changed[count].folder, '/') = '\0';
			if (mkdir(changed[count].folder, 0755))
				changed[count].folder = NULL;
		}
		put(changed[count].path, what, length);
		count++;
		data += length;
		size -= length;
	}
	try_it();
	for (i = count; i--;) {
		unlink(changed[i].path);
		if (changed[i].was)
			put(changed[i].path, changed[i].was, changed[i].length);
		if (changed[i].folder)
			rmdir(changed[i].folder);
	}
	forget();
	return 0;
}
