// SPDX-License-Identifier: GPL-2.0-only
/* Copies of kvm-intel.ko in the initramfs. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* lsinitramfs takes seconds, so status does not run it. */
#define INITRAMFS_SECONDS	60

/* Returns the monotonic clock, in ms. */
static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns what a command prints; NULL if it can't be run, fails or takes too long. */
static char *output_of(const char *command, const char *argument)
{
	int64_t end = clock_ms() + (int64_t)INITRAMFS_SECONDS * 1000;
	size_t have = 0, size = 1u << 16;
	char *to = malloc(size), *kept = NULL;
	int ends_of[2], status = -1;
	ssize_t n = -1;
	pid_t child;

	if (!to || pipe2(ends_of, O_CLOEXEC)) {
		free(to);
		return NULL;
	}
	child = fork();
	if (!child) {
		int null = open("/dev/null", O_RDWR);

		/* A process group, because its children must end with it. */
		setpgid(0, 0);
		dup2(null, 0);
		dup2(ends_of[1], 1);
		dup2(null, 2);
		execlp(command, command, argument, (char *)NULL);
		_exit(127);
	}
	close(ends_of[1]);
	while (child > 0) {
		struct pollfd wait = { .fd = ends_of[0], .events = POLLIN };
		int64_t left = end - clock_ms();
		char *more;

		n = -1;
		if (left <= 0 || poll(&wait, 1, (int)left) <= 0)
			break;
		n = read(ends_of[0], to + have, size - have - 1);
		if (n <= 0)
			break;
		have += (size_t)n;
		if (have < size - 1)
			continue;
		more = realloc(to, size * 2);
		if (!more)
			break;
		to = more;
		size *= 2;
	}
	close(ends_of[0]);
	if (child > 0) {
		if (n)
			kill(-child, SIGKILL);
		waitpid(child, &status, 0);
	}
	if (!n && !status)
		kept = copy(to, have);
	free(to);
	return kept;
}

/**
 * initramfs_words() - find copies of kvm-intel.ko in the initramfs
 * @look: read it, which takes seconds; else use the result of the last time
 * @file: where its path goes, NULL if there is no initramfs
 * @copies: where the paths of the copies go
 * @looked: whether its contents are known
 *
 * Return: the result as text.
 */
char *initramfs_words(bool look, const char **file, struct list *copies, bool *looked)
{
	static const char known[] = "/run/kvm-hvtimer/initramfs";
	const char *files[] = {
		text("/boot/initrd.img-%s", asked.release),
		text("/boot/initramfs-%s.img", asked.release),
	};
	struct list lines = {};
	struct stat info;
	char *key, *all;
	size_t i;

	*file = NULL;
	*looked = false;
	for (i = 0; i < 2; i++) {
		if (!stat(at(files[i]), &info))
			*file = files[i];
	}
	if (!*file || stat(at(*file), &info))
		return text("kernel %s has no initramfs in /boot", asked.release);
	/* The key tells whether the initramfs has changed since it was read. */
	key = text("%s %ju %jd %jd.%09ld", *file, (uintmax_t)info.st_ino, (intmax_t)info.st_size,
		   (intmax_t)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
	all = content(known, NULL);
	if (all)
		lines = words(all, "\n");
	if (!lines.count || strcmp(lines.item[0], key)) {
		const char *command = "lsinitramfs";
		char *list;
		int kept;

		if (access(at(*file), R_OK))
			return text("%s was not looked into: only root can read it", *file);
		if (!look)
			return text("%s was not looked into, because that takes seconds: run kvm-hvtimer verify as root, and status shows the result",
				    *file);
		list = output_of(command, at(*file));
		if (!list)
			list = output_of("lsinitrd", at(*file));
		if (!list)
			return text("%s was not looked into: neither lsinitramfs nor lsinitrd can (within %d s)",
				    *file, INITRAMFS_SECONDS);
		lines = (struct list){};
		add(&lines, key);
		for (list = strtok_r(list, "\n", &all); list; list = strtok_r(NULL, "\n", &all)) {
			const char *path = strrchr(list, ' ') ? strrchr(list, ' ') + 1 : list;

			if (strstr(path, "/kvm-intel.ko") || strstr(path, "/kvm_intel.ko"))
				add(&lines, path);
		}
		mkdir(at("/run/kvm-hvtimer"), 0700);
		kept = open(at(known), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (kept >= 0) {
			dprintf(kept, "%s\n", joined(&lines, "\n"));
			close(kept);
		}
	}
	*looked = true;
	for (i = 1; i < lines.count; i++)
		add(copies, lines.item[i]);
	if (!copies->count)
		return text("no copy in %s", *file);
	return text("%s holds %s: after a change, update-initramfs -u -k %s", *file,
		    joined(copies, " "), asked.release);
}
