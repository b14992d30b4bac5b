// SPDX-License-Identifier: GPL-2.0-only
/*
 * kvm-hvtimer: shows which kvm-intel.ko is loaded and what it does, swaps ours and the
 * distribution's, and checks that ours is for this kernel. See --help and kvm-hvtimer(8).
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "estimate.h"
#include "kvm-hvtimer.h"

static const char usage[] =
	"usage: kvm-hvtimer COMMAND [OPTION]...\n"
	"\n"
	"  status                show what is loaded, what it does, what the next boot loads\n"
	"  load [NAME=VALUE]...  load our module in place of the distribution's\n"
	"  unload [NAME=VALUE]...  load the distribution's module again\n"
	"  restore               undo the last swap, or a series of temporary ones\n"
	"  verify                check that our module is for this kernel\n"
	"  estimate [SECONDS]    count for SECONDS (10) what toggling costs the running VMs,\n"
	"                        or would cost them\n"
	"\n"
	"options:\n"
	"  --module FILE         load, verify: this file (default: the one built in the\n"
	"                        source tree, else the one that modprobe finds)\n"
	"  --kernel RELEASE      verify, status: an installed kernel (default: the running one)\n"
	"  --json                status, estimate: JSON instead of text\n"
	"  --unverified          load: load the module even if verify finds a fault\n"
	"  --temporary           load: for a while, with the parameters given and no others;\n"
	"                        restore ends a series of such loads\n"
	"  --report FILE         estimate: take the cycles of a dirty entry from this\n"
	"                        report.json of make bench\n"
	"  --root FOLDER         examine the system below this folder\n"
	"  --help                print this text\n"
	"\n"
	"A swap is refused while a process has KVM open. It keeps the module's parameters,\n"
	"except those that NAME=VALUE changes. If the other module does not load, the one\n"
	"from before is loaded again.\n"
	"\n"
	"Exit status: 0 if done, or if nothing is wrong; 1 if not; 2 for wrong usage.\n";

/* The most seconds that estimate counts. */
#define DAY	86400

struct command_line asked;

/* Returns the source tree, if this program is its build/command/kvm-hvtimer. */
static char *source_tree(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int up;

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	for (up = 0; up < 3; up++) {
		char *end = strrchr(path, '/');

		if (!end)
			return NULL;
		*end = '\0';
	}
	if (!there(text("%s/Kbuild", path)) || !there(text("%s/scripts/build", path)))
		return NULL;
	return text("%s", path);
}

static char *absolute(const char *path)
{
	char *real = *root ? NULL : realpath(path, NULL);
	char *to = text("%s", real ? real : path);

	free(real);
	if (*to == '/')
		return to;
	/* The file does not exist, or is below the root. */
	return *root ? text("/%s", path) : to;
}

static void parse(const char *command, int count, char **argument)
{
	bool load = !strcmp(command, "load"), unload = !strcmp(command, "unload");
	bool status = !strcmp(command, "status"), check = !strcmp(command, "verify");
	bool estimate = !strcmp(command, "estimate");
	int i;

	for (i = 0; i < count; i++) {
		const char *word = argument[i];
		bool module = !strcmp(word, "--module") && (load || check);
		bool kernel = !strcmp(word, "--kernel") && (status || check);
		bool report = !strcmp(word, "--report") && estimate;

		if (!strcmp(word, "--help")) {
			fputs(usage, stdout);
			leave(0);
		} else if (!strcmp(word, "--json") && (status || estimate)) {
			asked.json = true;
		} else if (!strcmp(word, "--unverified") && load) {
			asked.unverified = true;
		} else if (!strcmp(word, "--temporary") && load) {
			asked.temporary = true;
		} else if (module || kernel || report || !strcmp(word, "--root")) {
			if (i + 1 == count || !*argument[i + 1])
				misuse("%s needs a value", word);
			i++;
			if (module)
				asked.module = argument[i];
			else if (kernel)
				asked.release = argument[i];
			else if (report)
				asked.report = argument[i];
			else
				root = strcmp(argument[i], "/") ? argument[i] : "";
		} else if (*word == '-') {
			misuse("%s has no option %s", command, word);
		} else if ((load || unload) && *word >= 'a' && *word <= 'z' && strchr(word, '=')) {
			if (!passable(text("%.*s%s", (int)strcspn(word, "="), word,
					   strchr(word, '=') + 1)) || !strchr(word, '=')[1])
				misuse("\"%s\" is no module parameter that can be passed on", word);
			add(&asked.given, word);
		} else if (estimate && !asked.seconds && *word >= '0' && *word <= '9') {
			if (!number(word, &asked.seconds) || !asked.seconds ||
			    asked.seconds > DAY)
				misuse("estimate counts for 1 to %d seconds, not for \"%s\"", DAY,
				       word);
		} else {
			misuse("%s does not take \"%s\"", command, word);
		}
	}
}

static void resolve_kernel(void)
{
	struct list all;
	struct utsname uts;

	asked.running = first_line("/proc/sys/kernel/osrelease");
	if (!*asked.running && !*root && !uname(&uts))
		asked.running = text("%s", uts.release);
	if (!asked.release)
		asked.release = asked.running;
	if (!*asked.release || strchr(asked.release, '/') || *asked.release == '.')
		misuse("\"%s\" is no kernel release", asked.release);
	if (!strcmp(asked.release, asked.running) ||
	    there(text("/lib/modules/%s", asked.release)))
		return;
	all = installed();
	die("kernel %s is not installed: choose one of: %s", asked.release,
	    all.count ? joined(&all, " ") : "(no kernel is installed)");
}

/**
 * main() - the command line
 * @count: how many words
 * @argument: the words
 *
 * Return: the exit status.
 */
int main(int count, char **argument)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} commands[] = {
		{ "status", command_status }, { "load", command_load },
		{ "unload", command_unload }, { "restore", command_restore },
		{ "verify", command_verify }, { "estimate", command_estimate },
	};
	int (*run)(void) = NULL;
	int null, status;
	size_t i;

	/* Open closed standard files, so that no other file gets their descriptors. */
	do {
		null = open("/dev/null", O_RDWR);
	} while (null >= 0 && null < 3);
	if (null >= 0)
		close(null);
	signal(SIGPIPE, SIG_IGN);
	/* Errors in modprobe.d are for modprobe to report. */
	setenv("KMOD_LOG", "0", 1);
	if (count < 2)
		misuse("a command is missing: status, load, unload, restore, verify or estimate");
	if (!strcmp(argument[1], "--help") || !strcmp(argument[1], "-h") ||
	    !strcmp(argument[1], "help")) {
		fputs(usage, stdout);
		return 0;
	}
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(argument[1], commands[i].name))
			run = commands[i].run;
	}
	if (!run)
		misuse("\"%s\" is no command", argument[1]);
	parse(argument[1], count - 2, argument + 2);
	if (asked.module)
		asked.module = absolute(asked.module);
	resolve_kernel();
	if (!*root)
		asked.tree = source_tree();
	status = run();
	/* Output that could not be written is a failure. */
	if (fflush(stdout) && !status &&
	    (run == command_status || run == command_verify || run == command_estimate))
		status = 1;
	return status;
}
