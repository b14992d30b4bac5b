// SPDX-License-Identifier: GPL-2.0-only
/* Signatures: whether this kernel requires them, and whose key it knows. */
#include <string.h>
#include <unistd.h>

#include "kvm-hvtimer.h"

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
 * signing() - find out whether this kernel requires signatures, and would load a module
 * @module: the module, or NULL for the kernel alone
 *
 * Return: the result.
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
		to.words = "not signed; this kernel does not require signatures";
	} else if (!strcmp(to.key, "no")) {
		to.words = text("signed by \"%s\", whose key this kernel does not know; it does not require signatures",
				signer);
	} else if (!strcmp(to.key, "yes")) {
		to.words = text("signed by \"%s\", whose key this kernel knows", signer);
	} else {
		to.words = text("signed by \"%s\"; whether this kernel knows the key can't be seen here (root may see it)",
				signer);
	}
	/* With Secure Boot, Debian's kernels require signatures, but not all kernels do. */
	if (!to.required && !strcmp(to.boot, "on"))
		to.words = text("%s, though Secure Boot is on", to.words);
	return to;
}
