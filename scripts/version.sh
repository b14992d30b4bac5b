# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # of and for those that source it
# The version of a source and of a target, and whether they are the same. Sourced by kernel.sh.

# makefile_version FILE: the version that a kernel's top Makefile states.
makefile_version()
{
	awk -F ' *= *' '
		/^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=/ { part[$1] = $2 }
		/^NAME *=/ { exit }
		END {
			if (part["VERSION"] == "")
				exit 1
			version = part["VERSION"] "." part["PATCHLEVEL"]
			if (part["SUBLEVEL"] != "")
				version = version "." part["SUBLEVEL"]
			print version part["EXTRAVERSION"]
		}' "$1" 2>/dev/null
}

# rhel_version FOLDER: what a kernel of RHEL's calls itself, such as 8.3-240; nothing of
# other kernels. All of RHEL 8 is 4.18.0.
rhel_version()
{
	for file in "$1/Makefile" "$1/Makefile.rhelver" "$1/source/Makefile" \
		"$1/source/Makefile.rhelver"; do
		[ ! -f "$file" ] || cat "$file"
	done | awk -F ' *= *' '
		/^RHEL_(MAJOR|MINOR|RELEASE) *=/ && !($1 in part) { part[$1] = $2 }
		END {
			if ("RHEL_MAJOR" in part)
				print part["RHEL_MAJOR"] "." part["RHEL_MINOR"] "-" part["RHEL_RELEASE"]
		}'
}

# local_version FOLDER: what the files localversion* of a source add to its release.
local_version()
{
	find -L "$1" -maxdepth 1 -type f -name 'localversion*' ! -name '*~' | sort |
		while read -r file; do
			cat "$file"
		done | tr -d '[:space:]'
}

# in_full VERSION RHEL: both, as a message says it.
in_full()
{
	echo "$1${2:+ (RHEL $2)}"
}

# same_version: the source $ksrc states the target's version in all that it states.
same_version()
{
	version=$(makefile_version "$ksrc/Makefile") ||
		die "$ksrc is no kernel source: its Makefile states no version"
	rhel=$(rhel_version "$ksrc")
	of_rpm=$(cat "$ksrc/.of-rpm" 2>/dev/null || :)
	target_rhel=$(rhel_version "$kdir")
	must="they must be of one version"
	if [ "$rhel" != "$target_rhel" ]; then
		die "the source ($ksrc) is of $(in_full "$version" "$rhel") and kernel $kver is of $(in_full "$target_version" "$target_rhel"): $must"
	fi
	if [ "$version" != "$target_version" ]; then
		# RHEL's packages, and others, put the release, which is compared above, into
		# EXTRAVERSION.
		case $rhel:$target_version in
		?*:"$version-${rhel#*-}".* | *:"${of_rpm:-none}".x86_64*) ;;
		*) die "the source ($ksrc) is of version $version and kernel $kver is of $target_version: $must" ;;
		esac
	fi
	local=$(local_version "$ksrc")
	case $kver in
	*"$local"*) ;;
	*) die "the source ($ksrc) adds $local to its release, and kernel $kver has no such part: $must" ;;
	esac
	# A source in which a kernel was built states that one's release.
	release=$ksrc/include/generated/utsrelease.h
	if [ -f "$release" ]; then
		built=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$release")
		[ "$built" = "$kver" ] ||
			die "the source ($ksrc) was built as $built, and the target is kernel $kver: $must (or clean the source: make mrproper)"
	fi
	can_be_told
}
