# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # of and for run
#
# A kernel tree for the suites: the choice of a tarball, what is unpacked of it, and our files in it.
# Sourced with $cache, $include, $here (this folder) and $top.

folder=lib/kvm-hvtimer
# shellcheck disable=SC2016 # $( ) is make's
hook='obj-$(CONFIG_KUNIT) += kvm-hvtimer/'

# Files that no UML kernel and no small x86 kernel is built from. Kconfig files and makefiles
# stay, because they are always read.
leave_out='
Documentation/*/*
arch/[a-tv-w]*/*.[chS]
arch/[a-tv-w]*/*.dts*
arch/xtensa/*.[chS]
tools/perf
tools/testing/selftests
sound/*.[ch]
drivers/clk/*.[ch]
drivers/crypto/*.[ch]
drivers/gpu/*.[ch]
drivers/hwmon/*.[ch]
drivers/iio/*.[ch]
drivers/infiniband/*.[ch]
drivers/media/*.[ch]
drivers/mtd/*.[ch]
drivers/net/*.[ch]
drivers/pinctrl/*.[ch]
drivers/scsi/*.[ch]
drivers/staging/*.[ch]
drivers/usb/*.[ch]
'

# find_tarball: $tarball, its $sum, and $version, which names its tree.
find_tarball()
{
	tarball=${LINUX_SOURCE:-$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.*' 2>/dev/null |
		sort -V | tail -n 1)}
	[ -n "$tarball" ] ||
		die "no kernel source in /usr/src: install the package linux-source (apt-get install linux-source), or name a tarball with LINUX_SOURCE="
	[ -f "$tarball" ] || die "$tarball does not exist (LINUX_SOURCE)"
	tarball=$(readlink -f "$tarball")
	case $tarball in
	*.xz) need xz xz-utils ;;
	esac

	# A package's tarball is known by the package's version, any other by its name.
	sum=$(sha256sum <"$tarball" | cut -d ' ' -f 1)
	version=$(package_of "$tarball")
	version=${version#* }
	if [ -z "$version" ]; then
		version=$(basename "$tarball")
		version=${version%.tar.*}-$(printf '%.12s' "$sum")
	fi
	version=$(printf '%s' "$version" | tr -c 'A-Za-z0-9.+-' _)
}

# replace SOURCE TARGET: copy if they differ. Copying an equal file would cause a rebuild.
replace()
{
	cmp -s "$1" "$2" || cp "$1" "$2" || die "cannot write $2"
}

unpacking()
{
	echo "unpacking: $(du -sm "$work.new" | cut -f 1) MiB so far"
}

# add_folder: add the suites' folder to the tree, in the folder it is called in.
add_folder()
{
	mkdir -p "$folder" && printf '\n%s\n' "$hook" >>lib/Makefile
}

# unpack_tree COMMAND: unpack the tarball to $work, and run the command in the new tree.
unpack_tree()
{
	root=$(tar -tf "$tarball" 2>/dev/null | head -n 1 | cut -d / -f 1)
	[ -n "$root" ] || die "$tarball is not a tarball, or a damaged one"

	say "unpacking $tarball"
	rm -rf "$work" "$work.new"
	need_space "$cache" 700
	mkdir -p "$work.new/linux"
	printf '%s\n' "$leave_out" | root=$root awk '/./ { print ENVIRON["root"] "/" $0 }' >"$work.new/leave-out"
	start tar -xf "$tarball" -C "$work.new/linux" --strip-components=1 \
		--anchored --exclude-from="$work.new/leave-out" 2>"$work.new/errors"
	if ! follow unpacking; then
		why=$(head -n 1 "$work.new/errors")
		! full_disk "$work.new" || why="the disk is full"
		rm -rf "$work.new"
		die "$tarball could not be unpacked: $why"
	fi
	grep -qs KUNIT_CASE_PARAM "$work.new/linux/include/kunit/test.h" ||
		die "$tarball has no KUnit with parameterised cases: Linux 5.11 or later is needed"

	(cd "$work.new/linux" && "$1") || die "the tree in $work.new can't be prepared (is the disk full?)"
	printf '%s\n' "$identity" >"$work.new/identity"
	rm "$work.new/leave-out" "$work.new/errors"
	mv "$work.new" "$work"
}

# fill_folder TO: copy the suites and what they test to this folder, and delete the files there that
# we no longer have.
fill_folder()
{
	mkdir -p "$1"
	for file in "$here"/*.[ch] "$here/Kbuild" "$include"/*.h "$top/vmx/hv_timer_setup.h"; do
		replace "$file" "$1/${file##*/}"
	done
	# vmx/hv_timer.h runs on VM entry and exit. UML's asm/vmx.h can't be used.
	replace "$top/tests/proofs/asm/vmx.h" "$1/hv_timer_vmx.h"
	sed 's|<asm/vmx.h>|"hv_timer_vmx.h"|' "$top/vmx/hv_timer.h" >"$1/.hv_timer.h"
	replace "$1/.hv_timer.h" "$1/hv_timer.h"
	for file in "$1"/*.[ch]; do
		base=${file##*/}
		[ -e "$here/$base" ] || [ -e "$include/$base" ] || [ -e "$top/vmx/$base" ] ||
			[ "$base" = hv_timer_vmx.h ] || rm -f "$file"
	done
}

# declared FILE...: the suites and cases of these files, "suite NAME" or "case NAME" on a line each.
declared()
{
	sed -n \
		-e 's/^\t\.name = "\(.*\)",$/suite \1/p' \
		-e 's/^\tKUNIT_CASE\(_PARAM\)\{0,1\}(\([a-z0-9_]*\).*/case \2/p' "$@"
}
