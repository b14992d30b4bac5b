# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # variables of those that source this
#
# Makes the root that the packages are installed in, and runs commands in it. It is a copy of the
# minimal root of Debian SUITE (default: this machine's). Needs $top, $log, and $work, a folder
# below build/. Sets $root, $suite, and $archives, where apt keeps its downloads.

root=$work/root
suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
case $suite in
'' | [!a-z]* | *[!a-z0-9-]*) die "SUITE: \"$suite\" is not the name of a Debian suite" ;;
esac
archives=$cache/package/$suite

# new_root: make a fresh root, which is removed when this script ends.
child=''
cleanup()
{
	trap '' INT TERM
	[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :
	rm -rf "$root"
}
new_root()
{
	# debconf needs apt-utils. When it installs a package, scripts/root also sets up the root's
	# access to the network.
	status=0
	base=$("$top/scripts/root" "$suite" apt-utils 9>&-) || status=$?
	case $status in
	0) ;;
	4) skip_all "Debian $suite can't be reached" ;;
	*) exit 1 ;;
	esac
	need_space "$top/build" 4000
	need_space "$archives" 900
	trap cleanup EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	rm -rf "$work"
	mkdir -p "$work" "$archives/partial" "$cache/package"
	exec 8>"$cache/package/.$suite.lock"
	: >"$log"
	say "copying the root of Debian $suite"
	cp -a --reflink=auto "$base" "$root" || die "the root can't be copied: the disk may be full"
	# Leave out recommended packages, and keep the documentation.
	echo 'APT::Install-Recommends "false"; APT::Keep-Downloaded-Packages "true"; APT::Sandbox::User "root";' \
		>"$root/etc/apt/apt.conf.d/91test"
	inside true 2>"$work/out" ||
		skip_all "no root can be entered here ($(tail -n 1 "$work/out"))"
}

# bare_root: remove the packages that make matrix needs in the same root. They would hide that our
# packages lack a dependency.
bare_root()
{
	say "apt-get update"
	apt update >>"$log" 2>&1 || skip_all "apt-get update fails in the root"
	apt purge --autoremove '^linux-(compiler|config|headers|image|kbuild|source)-.*' gcc kmod \
		libc6-dev make xz-utils >>"$log" 2>&1 || die "the root can't be made bare: see $log"
}

# apart COMMAND...: run it in mount and PID namespaces of its own, which end with it.
apart()
{
	unshare --mount --propagation private --pid --fork --kill-child "$@" </dev/null 9>&- &
	child=$!
	status=0
	wait "$child" || status=$?
	child=''
	return $status
}

# mounted COMMAND...: as apart, with the root's /proc and apt's downloads mounted.
mounted()
{
	# shellcheck disable=SC2016 # the inner shell's
	apart sh -c '
		mount -t proc proc "$1/proc" &&
		mount --bind "$2" "$1/var/cache/apt/archives" || exit 125
		shift 2
		exec "$@"' sh "$root" "$archives" "$@"
}

# inside COMMAND...: as mounted, with the root as /.
inside()
{
	mounted chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root \
		DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} \
		${https_proxy:+"https_proxy=$https_proxy"} "$@"
}

# apt ARGUMENT...: run apt-get in the root. Another run may be using the archives, and apt does not
# wait: descriptor 8 is their lock.
apt()
{
	flock 8
	of_apt=0
	inside apt-get -q -y "$@" 8>&- || of_apt=$?
	flock -u 8
	return $of_apt
}

# version_of PACKAGE: the version that apt would install.
version_of()
{
	inside apt-cache policy "$1" | sed -n 's/^  Candidate: //p'
}

# kernel_of METAPACKAGE: the release that its headers are for.
kernel_of()
{
	inside apt-cache show --no-all-versions "$1" |
		sed -n 's/^Depends:.*linux-headers-\([^ ,]*\).*/\1/p'
}
