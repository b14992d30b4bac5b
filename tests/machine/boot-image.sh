# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of machine
#
# Makes what the test machine boots: the kernel, and an initramfs with the job, the modules and the
# folder jobs/.

# find_tools: check that the programs that make and run the image are installed.
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

# fill_root ARGUMENT...: write all files of the initramfs but the modules. ARGUMENTs are the job's.
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

# make_image: make $out/iso/initrd and $out/iso/vmlinuz, and complete $append, the kernel's command
# line.
make_image()
{
	# Not compressed: in the emulator, reading a large file takes less time than unpacking a
	# small one.
	(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$out/iso/initrd" ||
		die "cannot make the initramfs"
	cp "$kernel" "$out/iso/vmlinuz" || die "cannot write to $out/iso"

	# panic=0: after a panic the machine stops, and does not reboot. nokaslr: System.map has the
	# addresses of a trace. cryptomgr.notests and initcall_blacklist save 9 emulated seconds of
	# the boot.
	append="console=ttyS0,115200 quiet nokaslr mitigations=off tsc=reliable panic=0 cryptomgr.notests=1 initcall_blacklist=load_system_certificate_list rcupdate.rcu_cpu_stall_suppress=1 $append"
}
