// SPDX-License-Identifier: GPL-2.0-only
/*
 * between.so, preloaded into kvm-hvtimer: sends it the signals of $BETWEEN (numbers) when the old
 * module is unloaded and the other one is not loaded yet.
 */
#include <dlfcn.h>
#include <libkmod.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int kmod_module_insert_module(struct kmod_module *module, unsigned int flags, const char *options)
{
	int (*insert)(struct kmod_module *module, unsigned int flags, const char *options);
	char *next = getenv("BETWEEN");

	/* Between the two there is no kvm_intel. */
	while (next && *next && access("/sys/module/kvm_intel", F_OK)) {
		kill(getpid(), (int)strtol(next, &next, 10));
		next += *next == ' ';
	}
	*(void **)&insert = dlsym(RTLD_NEXT, "kmod_module_insert_module");
	return insert(module, flags, options);
}
