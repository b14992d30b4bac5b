# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of modules
#
# The packages of make module-rpm, in the same root, whose rpm database is empty. The test makes two
# packages up: "kernel" provides what a kernel package of make rpm-pkg provides, and "other" is a
# kernel whose package links to our module.

# rpm_in ARGUMENT...: run this machine's rpm on the root.
rpm_in()
{
	rpm --force-debian --root "$root" --dbpath /var/lib/rpm "$@" </dev/null 9>&-
}

# made_up_rpm NAME LINE...: build a package with these lines in its spec.
made_up_rpm()
{
	spec=$work/$1.spec
	printf '%s\n' "Name: $1" 'Version: 1' 'Release: 1' 'Summary: made up for a test' 'License: none' \
		'BuildArch: noarch' >"$spec"
	shift
	printf '%s\n' "$@" >>"$spec"
	rpmbuild -bb --define "_topdir $work/rpm" --define "_rpmdir $work" "$spec" >>"$log" 2>&1 9>&- ||
		die "a package can't be made up: see $log"
}

# holds LIST...: the package has these files and no other, and the scripts for installation and
# removal.
holds()
{
	rpm -qlp "$made" >"$work/list" && cat "$work/list" &&
		printf '%s\n' "$@" | diff - "$work/list" &&
		[ "$(rpm -qp --scripts "$made" | grep -c "depmod $(literal "$first")\$")" = 2 ]
}

# needs_its_kernel: rpm refuses the package, and names the kernel that it needs.
needs_its_kernel()
{
	! rpm_in -i "$made" >"$work/needs" 2>&1 && cat "$work/needs" &&
		grep "kernel-$(literal "$first") is needed by" "$work/needs" && gone "$first"
}

# weak_updates: install another kernel whose package links to the module, as RHEL's does.
weak_updates()
{
	mkdir -p "$root/lib/modules/9.9.9-other"
	: >"$root/lib/modules/9.9.9-other/modules.order"
	rpm_in -i "$work/noarch/other-1-1.noarch.rpm" >"$work/weak" 2>&1 || return
	cat "$work/weak"
	find "$root/lib/modules/9.9.9-other/weak-updates" -type l | grep . && return 1
	grep -c '^a link is made$' "$work/weak" &&
		grep "the module for kernel $(literal "$first") is not for kernel 9.9.9-other: .* is removed" "$work/weak" &&
		[ -e "$root/lib/modules/9.9.9-other/modules.dep" ]
}

# of_rpm: the RPM of kernel $first: build, install, try, remove.
of_rpm()
{
	place=/lib/modules/$first/extra
	say "kernel $first: make module-rpm"
	check "$first: module-rpm makes a package" packed rpm "$first"
	check "it has the module, a line for depmod, and runs depmod when it is installed and removed" holds "/etc/depmod.d/kvm-hvtimer-$first.conf" \
		"$place" "$place/kvm-hvtimer" "$place/kvm-hvtimer/kvm-intel.ko"
	rm -rf "$root/var/lib/rpm"
	# With this order depmod chooses the kernel's own module, unless our line overrides that.
	mkdir -p "$root/etc/depmod.d"
	echo 'search updates built-in extra' >"$root/etc/depmod.d/test.conf"
	made_up_rpm "kernel" "Provides: kernel-$first kmod /bin/sh" '%description' 'None.' '%files'
	made_up_rpm "other" '%description' 'None.' '%files' '/lib/modules/9.9.9-other/kernel' \
		'%install' 'mkdir -p %{buildroot}/lib/modules/9.9.9-other/kernel' \
		'%posttrans' 'mkdir -p /lib/modules/9.9.9-other/weak-updates/kvm-hvtimer' \
		"ln -s $place/kvm-hvtimer/kvm-intel.ko /lib/modules/9.9.9-other/weak-updates/kvm-hvtimer/ && echo a link is made"
	check "the RPM does not install without its kernel" needs_its_kernel
	check "the RPM installs with its kernel" rpm_in -i "$work/noarch/kernel-1-1.noarch.rpm" "$made"
	check "modprobe would choose our module, which is stripped" chosen "$first" extra
	check "rpm --verify finds no change" rpm_in --verify "kvm-hvtimer-module-$first"
	check "verify and status find nothing wrong" shown "$first" extra
	check "the kernel's own module is untouched" untouched
	check "a link to it that another kernel's package makes is removed at once" weak_updates
	rm -rf "$root/lib/modules/9.9.9-other"
	say "booting kernel $first in the test machine"
	boot
	check "$first: the package is removed" rpm_in -e "kvm-hvtimer-module-$first"
	check "nothing of the RPM is left, and modprobe would choose the kernel's own module" gone "$first"
	check "after the removal the kernel's own module is untouched" untouched
	rm "$root/etc/depmod.d/test.conf"
}
