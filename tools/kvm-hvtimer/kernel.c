// SPDX-License-Identifier: GPL-2.0-only
/* Loads and removes modules. The tests replace this file. */
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

/* How long to wait for udev, and for /dev/kvm to open, in tenths of a second. */
#define UDEV_PATIENCE	50
#define KVM_PATIENCE	50

/* What these errors of init_module(2) mean. strerror() would mislead. */
static const char *in_kernels_words(int error)
{
	switch (error) {
	case ENOEXEC:
		return "Invalid module format";
	case ENOENT:
		return "Unknown symbol in module";
	case ESRCH:
		return "Module has wrong symbol version";
	case EINVAL:
		return "Invalid parameters";
	default:
		return strerror(error);
	}
}

static void refuse_other_root(void)
{
	if (*root)
		die("a module can't be swapped below another root (%s): nothing was changed", root);
}

/**
 * kernel_insert() - load a module
 * @file: its file
 * @options: its parameters
 * @why: where the reason goes if it does not load
 *
 * Return: 0, or an error number, negative.
 */
int kernel_insert(const char *file, const char *options, char **why)
{
	static const char *const no_config[] = { NULL };
	struct kmod_module *module = NULL;
	struct kmod_ctx *ctx;
	char *said;
	int error, log;

	refuse_other_root();
	log = listen_to_kernel();
	ctx = kmod_new("/nonexistent", no_config);
	error = ctx ? kmod_module_new_from_path(ctx, file, &module) : -ENOMEM;
	if (!error)
		error = kmod_module_insert_module(module, 0, options);
	kmod_module_unref(module);
	kmod_unref(ctx);
	said = kernel_says(log);
	if (!error && strcmp(first_line(SYS "/initstate"), "live"))
		error = -ENODEV;
	*why = text("%s%s%s", in_kernels_words(-error), *said ? "; " : "", said);
	return error;
}

/**
 * kernel_remove() - remove the loaded kvm_intel
 * @why: where the reason goes on failure
 *
 * Return: 0, or an error number, negative.
 */
int kernel_remove(char **why)
{
	static const char *const no_config[] = { NULL };
	struct kmod_module *module = NULL;
	struct kmod_ctx *ctx;
	int error;

	refuse_other_root();
	ctx = kmod_new("/nonexistent", no_config);
	error = ctx ? kmod_module_new_from_name(ctx, "kvm_intel", &module) : -ENOMEM;
	if (!error)
		error = kmod_module_remove_module(module, 0);
	kmod_module_unref(module);
	kmod_unref(ctx);
	*why = text("%s", strerror(-error));
	return error;
}

/**
 * kernel_load_kvm() - load kvm.ko and what it needs, as modprobe does
 * @why: where the reason goes on failure
 *
 * Return: 0, or an error number, negative.
 */
int kernel_load_kvm(char **why)
{
	struct kmod_list *list = NULL;
	struct kmod_ctx *ctx;
	char *said;
	int error, log;

	refuse_other_root();
	if (there("/sys/module/kvm"))
		return 0;
	log = listen_to_kernel();
	ctx = kmod_new(NULL, NULL);
	error = ctx ? kmod_module_new_from_lookup(ctx, "kvm", &list) : -ENOMEM;
	if (!error && !list)
		error = -ENOENT;
	if (!error) {
		struct kmod_module *module = kmod_module_get_module(list);

		error = kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL);
		kmod_module_unref(module);
		kmod_module_unref_list(list);
	}
	kmod_unref(ctx);
	said = kernel_says(log);
	*why = text("%s%s%s", strerror(error < 0 ? -error : 0), *said ? "; " : "", said);
	return error;
}

static void wait_a_tenth(void)
{
	const struct timespec tenth = { .tv_nsec = 100000000 };

	nanosleep(&tenth, NULL);
}

/**
 * kernel_opens_kvm() - check that /dev/kvm can be opened
 *
 * Waits for udev first, which sets its group.
 *
 * Return: whether it can be opened.
 */
bool kernel_opens_kvm(void)
{
	int tenths;

	for (tenths = 0; tenths < UDEV_PATIENCE && there("/run/udev/queue"); tenths++)
		wait_a_tenth();
	for (tenths = 0; tenths < KVM_PATIENCE; tenths++) {
		int kvm = open("/dev/kvm", O_RDONLY | O_CLOEXEC);

		if (kvm >= 0) {
			close(kvm);
			return true;
		}
		wait_a_tenth();
	}
	return false;
}
