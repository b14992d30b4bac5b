// SPDX-License-Identifier: GPL-2.0-only
/* The host: its CPU, the kvm_intel that is loaded, who uses it, the kernel's log. */
#include <errno.h>
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

/* What status has no time for: lsinitramfs takes seconds. */
#define INITRAMFS_SECONDS	60

/**
 * cpu() - whether this CPU has VMX
 *
 * Return: "vmx", or why there is none.
 */
const char *cpu(void)
{
	char *info = content("/proc/cpuinfo", NULL);
	char *flags = info ? strstr(info, "\nflags") : NULL;

	if (flags) {
		flags++;
		flags[strcspn(flags, "\n")] = '\0';
		flags = text("%s ", flags);
	}
	if (flags && strstr(flags, " vmx "))
		return "vmx";
	if (flags && strstr(flags, " svm "))
		return "this is an AMD CPU: it has SVM, and kvm_intel is not for it";
	return "this CPU shows no VMX: it has none, or the firmware or the hypervisor hides it";
}

/* The file that the loaded module of ours came from, if it is still there. */
static const char *file_of_ours(const char *version, const char *srcversion)
{
	struct list files = {}, more;
	const char *release = asked.running, *file;
	size_t i;

	if (asked.tree) {
		more = names_in(text("%s/build", asked.tree));
		for (i = 0; i < more.count; i++)
			add(&files, text("%s/build/%s/%s/kvm-intel.ko", asked.tree,
					 more.item[i], release));
	}
	file = chosen(release, NULL);
	if (file)
		add(&files, file);
	more = find(text("/lib/modules/%s/updates", release), "");
	for (i = 0; i < more.count; i++)
		add(&files, more.item[i]);
	if (asked.module) {
		char *folder = text("%s", asked.module), *slash = strrchr(folder, '/');

		add(&files, asked.module);
		if (slash) {
			*slash = '\0';
			more = names_in(*folder ? folder : "/");
			for (i = 0; i < more.count; i++) {
				if (strstr(more.item[i], ".ko"))
					add(&files, text("%s/%s", folder, more.item[i]));
			}
		}
	}
	for (i = 0; i < files.count; i++) {
		const struct module *module;

		if (!there(files.item[i]))
			continue;
		module = describe(files.item[i]);
		if (module->kind == OURS && !strcmp(module->version, version) &&
		    !strcmp(module->srcversion, srcversion))
			return files.item[i];
	}
	return NULL;
}

/* The file of a module that is neither ours nor the distribution's, by its srcversion. */
static const char *file_of_other(const char *srcversion)
{
	struct list files = find(text("/lib/modules/%s", asked.running), "");
	size_t i;

	for (i = 0; *srcversion && i < files.count; i++) {
		if (!strcmp(describe(files.item[i])->srcversion, srcversion))
			return files.item[i];
	}
	return NULL;
}

/* A name of our unit's among the symbols: the file may be gone, and debugfs be closed. */
static bool has_our_symbols(void)
{
	const char *symbols = content("/proc/kallsyms", NULL);

	return symbols && strstr(symbols, " hv_timer_debugfs_remove\t[kvm_intel]");
}

static void look_at_users(struct loaded *to)
{
	struct list processes = names_in("/proc");
	size_t i, j, room = 0;
	uint64_t pid;

	for (i = 0; i < processes.count; i++) {
		const char *folder = text("/proc/%s", processes.item[i]);
		struct user user = {};
		struct list open;
		bool uses = false;

		if (!number(processes.item[i], &pid))
			continue;
		open = names_in(text("%s/fd", folder));
		for (j = 0; j < open.count; j++) {
			const char *path = at(text("%s/fd/%s", folder, open.item[j]));
			char target[256];
			ssize_t length = readlink(path, target, sizeof(target) - 1);

			if (length <= 0)
				continue;
			target[length] = '\0';
			user.vm = user.vm || starts("anon_inode:kvm-v", target);
			user.figures = user.figures || ends("/kvm-intel/hv_timer", target);
			uses = uses || user.vm || user.figures || !strcmp(target, "/dev/kvm");
		}
		if (!uses)
			continue;
		user.pid = pid;
		user.name = first_line(text("%s/comm", folder));
		if (user.vm) {
			size_t length = 0, k;
			char *command = content(text("%s/cmdline", folder), &length);

			for (k = 0; k < length; k++) {
				if (!command[k])
					command[k] = ' ';
			}
			user.mwait = command && strstr(command, "cpu-pm=on");
		}
		if (to->user_count == room) {
			struct user *more = keep((room * 2 + 8) * sizeof(*more));

			if (room)
				memcpy(more, to->users, room * sizeof(*more));
			to->users = more;
			room = room * 2 + 8;
		}
		to->users[to->user_count++] = user;
	}
}

/**
 * user_names() - who has KVM open, for people
 * @loaded: what is loaded
 *
 * Return: "NAME (PID), ..."; "" for nobody that can be seen.
 */
char *user_names(const struct loaded *loaded)
{
	struct list to = {};
	size_t i;

	for (i = 0; i < loaded->user_count; i++) {
		const struct user *user = &loaded->users[i];

		add(&to, text("%s (%lu%s)", user->name, user->pid,
			      user->figures ? ", which reads the module's figures" : ""));
	}
	return joined(&to, ", ");
}

/**
 * look_at_loaded() - which kvm_intel is loaded, with what, and who uses it
 *
 * Return: that.
 */
struct loaded look_at_loaded(void)
{
	struct loaded to = { .version = "", .srcversion = "" };
	struct list names;
	size_t i;

	if (!there(SYS))
		return to;
	if (!there(SYS "/initstate")) {
		to.kind = BUILTIN;
		return to;
	}
	to.srcversion = first_line(SYS "/srcversion");
	if (there(SYS "/version")) {
		to.version = first_line(SYS "/version");
		to.file = file_of_ours(to.version, to.srcversion);
		if (to.file)
			to.variant = describe(to.file)->variant;
		else if (there(DEBUGFS) || has_our_symbols())
			to.variant = "always-on";
	}
	if (to.variant)
		to.kind = OURS;
	else if (there(SYS "/version") || strchr(first_line(SYS "/taint"), 'O'))
		to.kind = OTHER;
	else
		to.kind = STOCK;
	if (to.kind == STOCK)
		to.file = stock_file(asked.running);
	else if (to.kind == OTHER)
		to.file = file_of_other(to.srcversion);
	names = names_in(SYS "/parameters");
	for (i = 0; i < names.count; i++) {
		const char *path = text(SYS "/parameters/%s", names.item[i]);

		if (content(path, NULL))
			add(&to.parameters, text("%s=%s", names.item[i], first_line(path)));
	}
	if (!number(first_line(SYS "/refcnt"), &to.refs))
		to.refs = 0;
	if (to.refs)
		look_at_users(&to);
	return to;
}

/* --- the kernel's log --- */

/**
 * listen_to_kernel() - from now on
 *
 * Return: for kernel_says().
 */
int listen_to_kernel(void)
{
	int log = open(at("/dev/kmsg"), O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (log >= 0)
		lseek(log, 0, SEEK_END);
	return log;
}

/* Calls back for each line of the log; one is "PRIORITY,NUMBER,TIME,FLAGS;TEXT". */
static void read_log(int log, void (*take)(const char *said, void *data), void *data)
{
	char record[8192];

	for (;;) {
		ssize_t n = read(log, record, sizeof(record) - 1);
		char *next, *rest;

		/* Lines that were written over while they were read. */
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			return;
		record[n] = '\0';
		for (next = strtok_r(record, "\n", &rest); next;
		     next = strtok_r(NULL, "\n", &rest)) {
			char *said = strchr(next, ';');

			/* What begins with a space is of the device that it is about. */
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
 * kernel_says() - the kernel's last word since listen_to_kernel(), on KVM if there is one
 * @from: what that returned, which is closed
 *
 * Return: the word, "" for none.
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
 * log_line() - the last line of the kernel's log that begins in a certain way
 * @with: how
 *
 * Return: what follows that; NULL where there is none, or no right to read the log.
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

/* --- signatures --- */

static const char *secure_boot(void)
{
	struct list variables = names_in("/sys/firmware/efi/efivars");
	size_t i, length;

	if (!there("/sys/firmware/efi"))
		return "off";
	for (i = 0; i < variables.count; i++) {
		const char *value;

		if (!starts("SecureBoot-", variables.item[i]))
			continue;
		length = 0;
		value = content(text("/sys/firmware/efi/efivars/%s", variables.item[i]), &length);
		/* Four bytes of attributes come first. */
		if (value && length > 4)
			return value[4] == 1 ? "on" : "off";
	}
	return "unknown";
}

static const char *knows_key(const char *signer)
{
	char *keys = content("/proc/keys", NULL), *next = keys, *key;
	const char *needle;

	if (!*signer)
		return "none";
	needle = text(" %s: ", signer);
	while (next && (key = strsep(&next, "\n"))) {
		if (strstr(key, " asymmetri ") && strstr(key, needle))
			return "yes";
	}
	return keys && !geteuid() ? "no" : "unknown";
}

/**
 * signing() - what this kernel asks of signatures, and whether it would load a module
 * @module: the module; NULL: what it asks, only
 *
 * Return: that.
 */
struct signing signing(const struct module *module)
{
	const char *enrol = text("enrol its certificate (mokutil --import /var/lib/dkms/mok.pub for the key of DKMS), reboot, and confirm it on the screen");
	const char *lockdown = first_line("/sys/kernel/security/lockdown");
	struct signing to = { .good = true, .key = "none" };
	const char *signer = module ? module->signer : "";

	to.required = strstr(lockdown, "[integrity]") || strstr(lockdown, "[confidentiality]") ||
		      !strcmp(first_line("/sys/module/module/parameters/sig_enforce"), "Y");
	to.boot = secure_boot();
	if (!module)
		return to;
	to.key = knows_key(signer);
	if (to.required && !*signer) {
		to.good = false;
		to.words = text("not signed, and this kernel loads signed modules only: sign it: make sign KEY= CERT=, or let DKMS do it; then %s",
				enrol);
	} else if (to.required && !strcmp(to.key, "no")) {
		to.good = false;
		to.words = text("signed by \"%s\", whose key this kernel does not know, and it loads signed modules only: %s",
				signer, enrol);
	} else if (!*signer) {
		to.words = "not signed; this kernel does not ask for it";
	} else if (!strcmp(to.key, "no")) {
		to.words = text("signed by \"%s\", whose key this kernel does not know; it does not ask for it",
				signer);
	} else if (!strcmp(to.key, "yes")) {
		to.words = text("signed by \"%s\", whose key this kernel knows", signer);
	} else {
		to.words = text("signed by \"%s\"; whether this kernel knows the key can't be seen here (root sees most)",
				signer);
	}
	/* Secure Boot does not always mean that the kernel insists; it does on Debian. */
	if (!to.required && !strcmp(to.boot, "on"))
		to.words = text("%s, though Secure Boot is on", to.words);
	return to;
}

/* --- the initramfs --- */

/* Until when, of a clock that nobody sets: in ms. */
static int64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What a command prints; NULL where there is none, or it fails or takes too long. */
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

		/* It has children of its own, which are to end with it. */
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
 * initramfs_words() - copies of kvm-intel.ko in the initramfs
 * @look: look into it, which takes seconds; else say what is known from the last time
 * @file: where its path goes, NULL without any
 * @copies: where the paths of the copies go
 * @looked: whether it is known what is in it
 *
 * Return: all of it for people.
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
		return text("kernel %s has none in /boot", asked.release);
	/* What it was when it was looked into. */
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
			return text("%s was not looked into: only root can", *file);
		if (!look)
			return text("%s was not looked into, which takes seconds: kvm-hvtimer verify does it, as root, and status knows then",
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
