# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Which kernel a module is for (the target), and the source it is made from.
# Sourced after common.sh. With deps, root and image, the only place that knows what
# a distribution is.
#
# HV_TIMER_ROOT: a root folder of another Debian, in which the target's headers, its
# compiler and its source package are; empty for this system. Paths in kdir and ksrc
# are as seen from here.
# shellcheck disable=SC2034,SC2154 # for and of those that source this
inside=${HV_TIMER_ROOT:-}

# in_root COMMAND...: in that root, with its own /proc; without a root, here.
# BUILD: a folder to show there as /build.
in_root()
{
	if [ -z "$inside" ]; then
		"$@"
		return
	fi
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount --propagation private --pid --fork --kill-child sh -c '
		mount -t proc proc "$1/proc" || exit
		if [ -n "${BUILD:-}" ]; then
			mkdir -p "$1/build" && mount --bind "$BUILD" "$1/build" || exit
		fi
		root=$1
		shift
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
			DEBIAN_FRONTEND=noninteractive "$@"' sh "$inside" "$@"
}

# newest_headers: the newest kernel release whose headers are installed.
newest_headers()
{
	for dir in /lib/modules/*/build; do
		[ -e "$dir/Makefile" ] || continue
		dir=${dir%/build}
		echo "${dir##*/}"
	done | sort -V | tail -n 1
}

# cloud_kver: the release of the distribution's cloud kernel, by its headers.
cloud_kver()
{
	# shellcheck disable=SC2016 # dpkg-query's own variable
	dpkg-query -W -f '${Depends}' linux-headers-cloud-amd64 2>/dev/null |
		sed -n 's/.*linux-headers-\([^ ,]*\).*/\1/p'
}

# owner: of what dpkg-query -S says, one package: of several that own a folder the one that
# is of a kernel.
owner()
{
	sed -n '1s/: .*//p' | tr -d ' ' | tr , '\n' | sed 's/:.*//' |
		awk '/^linux-/ && !kernel { kernel = $0 } !any { any = $0 } END { print kernel ? kernel : any }'
}

# package_of PATH: source package and version that PATH is installed from, or
# nothing. dpkg-query takes a pattern.
package_of()
{
	command -v dpkg-query >/dev/null 2>&1 || return 0
	admindir=$inside/var/lib/dpkg
	pkg=$(dpkg-query --admindir="$admindir" -S \
		"$(printf '%s\n' "${1#"$inside"}" | sed 's/[][*?\\]/\\&/g')" 2>/dev/null | owner)
	# shellcheck disable=SC2016 # dpkg-query's own variables
	[ -z "$pkg" ] ||
		dpkg-query --admindir="$admindir" -W -f '${source:Package} ${source:Version}' "$pkg"
}

# build_modules KDIR FOLDER [VARIABLE=VALUE...]: let the kernel's build system make
# the modules of FOLDER, with the compiler of the target's own system. resolve_compiler comes
# first.
build_modules()
{
	from=$1
	if [ -z "$inside" ]; then
		new=$2
	else
		BUILD=$2
		export BUILD
		new=/build
	fi
	shift 2
	# shellcheck disable=SC2086 # words
	in_root make -C "${from#"$inside"}" M="$new" $toolchain "$@" -j "$(nproc)" modules
}

# resolve_target: from KVER or KDIR to kver, kdir, target_version (upstream's)
# and target_package ("SOURCE VERSION", empty where no package manager knows).
resolve_target()
{
	if [ -n "${KDIR:-}" ]; then
		kdir=$KDIR
		[ -d "$kdir" ] || die "KDIR=$KDIR is no folder: name a kernel's build folder"
	else
		kver=${KVER:-$(uname -r)}
		if [ -z "${KVER:-}" ] && [ ! -e "/lib/modules/$kver/build/Makefile" ]; then
			kver=$(newest_headers)
			[ -n "$kver" ] ||
				die "no kernel headers are installed: install linux-headers-amd64 (or name a kernel by KVER= or KDIR=)"
		fi
		kdir=/lib/modules/$kver/build
		[ -e "$inside$kdir/Makefile" ] || [ -L "$inside$kdir" ] ||
			die "the headers of kernel $kver are not installed: install linux-headers-$kver, or choose of: $(installed_headers)"
	fi
	# An absolute link in another root is meant there.
	if [ -n "$inside" ] && [ -z "${KDIR:-}" ]; then
		case $(readlink "$inside$kdir") in
		/*) kdir=$(readlink "$inside$kdir") ;;
		esac
		kdir=$inside$kdir
	fi
	kdir=$(readlink -f "$kdir")
	release=$kdir/include/generated/utsrelease.h
	config=$kdir/include/config/auto.conf
	if [ ! -e "$release" ] || [ ! -e "$config" ] || [ ! -e "$kdir/Module.symvers" ]; then
		die "$kdir is no build folder of a built kernel (include/generated, include/config or Module.symvers is missing): build that kernel and its modules first"
	fi
	# The release that modules carry; include/config/kernel.release is another
	# one in Debian's headers.
	kver=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$release")
	grep -q '^CONFIG_X86_64=y' "$config" ||
		die "kernel $kver is not for x86-64: this module needs VMX, and so x86-64"
	grep -q '^CONFIG_KVM_INTEL=m' "$config" ||
		die "kernel $kver does not have kvm-intel as a module (CONFIG_KVM_INTEL=m), so this module can't replace it"
	target_version=$(in_root make -s --no-print-directory -C "${kdir#"$inside"}" \
		kernelversion 2>/dev/null) ||
		die "$kdir does not state its version: is it a kernel's build folder?"
	target_package=$(package_of "$kdir")
}

installed_headers()
{
	for dir in /lib/modules/*/build; do
		[ -e "$dir/Makefile" ] || continue
		dir=${dir%/build}
		printf '%s ' "${dir##*/}"
	done
}

# can_be_told: say which part of the target's release the source does not confirm.
can_be_told()
{
	[ -z "$source_package" ] || [ "$source_package" != "$target_package" ] || return 0
	[ ! -f "$release" ] || return 0
	case $kver in
	"${of_rpm:-none}".x86_64*) return 0 ;;
	esac
	configured=$(sed -n 's/^CONFIG_LOCALVERSION="\(.*\)"/\1/p' "$kdir/include/config/auto.conf")
	rest=${kver#"$target_version"}
	[ "$rest" != "$kver" ] || rest=$kver
	rest=${rest#"$local"}
	rest=${rest#"$configured"}
	[ -z "$rest" ] || [ -n "$rhel" ] ||
		say "the source may not be that of kernel $kver: both are $version, but only the kernel's release has \"$rest\""
}

# resolve_tarball: from the target to tarball, its distribution's source package, and series, by
# which that is called. A kernel of no package has it where a link says.
resolve_tarball()
{
	series=$(echo "$target_version" | cut -d . -f 1,2)
	if [ -z "$target_package" ]; then
		tarball=$inside/usr/src/linux-source-$kver
		[ -e "$tarball" ] ||
			die "$kdir belongs to no package, so its source can't be found: make the link /usr/src/linux-source-$kver to it, or name it by KSRC="
		return 0
	fi
	# Debian calls it 6.1 and Ubuntu 4.15.0, and that is how their versions begin.
	case ${target_package#* } in
	"$series".0-*) series=$series.0 ;;
	esac
	for tarball in "$inside/usr/src/linux-source-$series".tar.* \
		"$inside/usr/src/linux-source-$series/linux-source-$series".tar.*; do
		[ ! -e "$tarball" ] || return 0
	done
	die "the source of kernel $kver ($target_package) is missing: install linux-source-$series=${target_package#* }, or name the source by KSRC="
}

# resolve_source: from KSRC, or the distribution's source package of the
# target's very version, to ksrc (a folder) and source_version (as shown to
# people). resolve_target comes first.
resolve_source()
{
	if [ -n "${KSRC:-}" ]; then
		ksrc=$KSRC
		[ -e "$ksrc" ] ||
			die "KSRC=$KSRC does not exist: name the folder, the tarball, the .src.rpm or the .dsc of the kernel's source"
		source_package=$(package_of "$(readlink -f "$ksrc")")
	else
		resolve_tarball
		ksrc=$tarball
		source_package=$(package_of "$ksrc")
		# What the link says.
		[ -n "$target_package" ] || ksrc=$(readlink -f "$ksrc")
	fi
	case $ksrc in
	*.dsc) source_package=$(dsc_package "$ksrc") ;;
	esac
	if [ -n "$source_package" ] && [ -n "$target_package" ] &&
	   [ "$source_package" != "$target_package" ]; then
		die "the source ($ksrc) is of $source_package and kernel $kver is of $target_package: install the source and the headers of one version"
	fi
	[ -d "$ksrc" ] || unpack_source
	[ -e "$ksrc/arch/x86/kvm/Makefile" ] ||
		die "$ksrc is no kernel source: it has no arch/x86/kvm"
	same_version
	source_version=$version${rhel:+ RHEL $rhel}
	[ -z "$source_package" ] || source_version=$source_package
}

# copy_source FOLDER: arch/x86/kvm of the source to FOLDER; its Makefile is kernel.mk there, less
# the lines that reach outside.
copy_source()
{
	(cd "$ksrc/arch/x86/kvm" && find . -name '*.[chS]' -o -name Makefile |
		tar -cf - -T -) | tar -C "$1" -xf - &&
	sed '/^[[:space:]]*include .*\/virt\/kvm\//d' "$1/Makefile" >"$1/kernel.mk" &&
	rm "$1/Makefile"
}

# shellcheck source=scripts/unpack.sh
. "$top/scripts/unpack.sh"
# shellcheck source=scripts/compiler.sh
. "$top/scripts/compiler.sh"
# shellcheck source=scripts/version.sh
. "$top/scripts/version.sh"

# fires_cancelled FILE: by lapic.c of its source, whether kvm.ko takes the deadline 0, which
# cancels a guest's timer, for a deadline that has passed.
fires_cancelled()
{
	awk '/^static bool start_hv_(timer|tscdeadline)\(/ { inside = found = 1 }
		/^}/ { inside = 0 }
		inside && /!(ktimer|apic->lapic_timer[.])(->)?tscdeadline/ { asks = 1 }
		END { exit !found || asks }' "$1"
}
