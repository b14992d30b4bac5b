# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Files out of a kernel's source tarball, kept in the cache. Sourced by kernel.sh.
# shellcheck disable=SC2154 # cache and ksrc are of common.sh and kernel.sh

# unpack_source: unpack arch/x86/kvm from the tarball $ksrc, and set ksrc to the folder.
unpack_source()
{
	# One pattern for Makefile* and localversion*: tar fails if a pattern matches nothing,
	# and not every source has the latter.
	unpack "$ksrc" source '*/[Ml][ao][kc][ea][fl]*' '*/arch/x86/kvm'
	ksrc=$unpacked
}

# unpack TARBALL KIND PATTERN...: unpack what matches into the cache, once, and set unpacked
# to the folder.
unpack()
{
	tarball=$1 kind=$2
	shift 2
	unpacked=$cache/$kind/$(basename "$tarball" | sed 's/\.tar.*//')-$(stat -L -c %s-%Y "$tarball")
	[ ! -e "$unpacked/whole" ] || return 0
	need_space "$cache/$kind" 50
	# Other first builds wait for this one. The lock ends with the subshell.
	(
		flock 8
		unpack_there "$@"
	) 8>"$cache/$kind/.lock" || exit 1
}

unpack_there()
{
	[ ! -e "$unpacked/whole" ] || return 0
	# Left by an interrupted run: the lock says that no other run works here.
	rm -rf "$cache/$kind"/.part.*
	say "unpacking $* out of $tarball (10 to 20 s for 130 MB; kept for the next time)"
	part=$(mktemp -d "$cache/$kind/.part.XXXXXX")
	if ! tar -C "$part" --strip-components=1 --wildcards \
		--no-wildcards-match-slash -xf "$tarball" "$@" 2>"$part/tar.log"; then
		reason=$(head -n 1 "$part/tar.log")
		rm -rf "$part"
		die "$tarball can't be unpacked, or is no kernel source: $reason"
	fi
	rm -f "$part/tar.log"
	: >"$part/whole"
	chmod 755 "$part"
	rm -rf "$unpacked"
	mv "$part" "$unpacked"
}
