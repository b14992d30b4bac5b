// SPDX-License-Identifier: GPL-2.0-only
/* The processes that use the loaded kvm_intel. */
#include <string.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/**
 * look_at_users() - find the processes that have KVM, or the module's debugfs file, open
 * @to: the loaded module, to which they are added
 */
void look_at_users(struct loaded *to)
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
 * user_names() - name the processes that have KVM open
 * @loaded: the loaded module
 *
 * Return: "NAME (PID), ..."; "" if no process can be seen.
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
