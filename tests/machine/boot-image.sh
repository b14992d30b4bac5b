# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for machine
#
# What is booted: the kernel, and the initramfs with the job, what jobs have in common (/jobs) and the modules.

# find_tools: check that the tools that make the image are there.
find_tools()
{
	for tool in cpio setsid setpriv; do
		command -v $tool >/dev/null || die "$tool is missing: install it (packages cpio, util-linux)"
	done

	busybox=$(command -v "${BUSYBOX:-busybox}") || die "no busybox: install busybox-static, or set BUSYBOX"
	if ldd "$busybox" >/dev/null 2>&1; then
		die "$busybox is not static: install busybox-static, or set BUSYBOX"
	fi
}

# fill_root ARGUMENT...: make the initramfs's files, with the job's arguments.
fill_root()
{
	root=$out/root
	rm -rf "$root" "$out/iso" "$out/console.txt" "$out/bochs.log"
	mkdir -p "$root/bin" "$root/modules" "$root/proc" "$root/sys" "$root/tmp" "$out/iso" || die "cannot write to $out"
	{
		cp "$busybox" "$root/bin/busybox" &&
		ln -s busybox "$root/bin/sh" &&
		cp "$here/init" "$root/init" &&
		cp "$job" "$root/job" &&
		cp -r "$here/jobs" "$root/jobs" &&
		chmod 755 "$root/bin/busybox" "$root/init" "$root/job"
	} || die "cannot write to $root"
	: >"$root/job.arguments"
	for argument in "$@"; do
		printf '%s\n' "$argument" >>"$root/job.arguments"
	done
	printf %s "$added" | while IFS= read -r f; do
		cp "$f" "$root/bin/" || exit 1
	done || die "cannot add a file (--add)"
}

# fill_modules: unpack the modules into the initramfs.
fill_modules()
{
	for module in "$modules"/*.ko*; do
		to=$root/modules/$(basename "${module%.ko*}").ko
		case $module in
		*.ko) cp "$module" "$to" ;;
		*.ko.xz) xz -dc "$module" >"$to" ;;
		*.ko.zst) zstd -qdc "$module" >"$to" ;;
		*.ko.gz) gzip -dc "$module" >"$to" ;;
		*) false ;;
		esac || die "cannot unpack $module"
	done
	[ -e "$root/modules/kvm.ko" ] || die "no kvm.ko in $modules"
}

# make_image: make $out/iso/initrd and $out/iso/vmlinuz, and set $append, the kernel's command line.
make_image()
{
	# Not compressed: unpacking costs more time in the emulator than reading.
	(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$out/iso/initrd" ||
		die "cannot make the initramfs"
	cp "$kernel" "$out/iso/vmlinuz" || die "cannot write to $out/iso"

	# panic=0: a panic stays on the screen, instead of a reboot. nokaslr: addresses in a trace can be looked up.
	# cryptomgr.notests and initcall_blacklist save 9 emulated seconds of the boot.
	append="console=ttyS0,115200 quiet nokaslr mitigations=off tsc=reliable panic=0 cryptomgr.notests=1 initcall_blacklist=load_system_certificate_list rcupdate.rcu_cpu_stall_suppress=1 $append"
}
