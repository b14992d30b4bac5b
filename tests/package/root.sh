# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for run
#
# The root that the package is installed in: commands inside it, its apt, and what that knows.
# Sourced with $root, $archives, where apt keeps what it downloads, $cache and $suite.

# inside COMMAND...: in the root, with /proc, and mounts and processes that end with it.
inside()
{
	# shellcheck disable=SC2016 # the inner shell's
	unshare --mount --propagation private --pid --fork --kill-child sh -c '
		mount -t proc proc "$1/proc" &&
		mount --bind "$2" "$1/var/cache/apt/archives" || exit 125
		root=$1
		shift 2
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root \
			DEBIAN_FRONTEND=noninteractive \
			${http_proxy:+"http_proxy=$http_proxy"} \
			${https_proxy:+"https_proxy=$https_proxy"} "$@"' sh "$root" "$archives" "$@" \
		</dev/null 9>&- &
	child=$!
	status=0
	wait "$child" || status=$?
	child=''
	return $status
}

# apt ARGUMENT...: apt-get in the root. Another run of the suite may be using the archives,
# and apt would not wait: descriptor 8 is its lock.
apt()
{
	flock 8
	of_apt=0
	inside apt-get -q -y "$@" 8>&- || of_apt=$?
	flock -u 8
	return $of_apt
}

# version_of PACKAGE: that apt would install.
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
