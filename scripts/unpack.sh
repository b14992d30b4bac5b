# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Files out of a kernel's source as it is shipped, a tarball, a .src.rpm or a .dsc, kept in the
# cache. Sourced by kernel.sh.
# shellcheck disable=SC2154 # cache, ksrc, kver and must are of common.sh and kernel.sh

# unpack_source: unpack arch/x86/kvm from $ksrc, which is no folder, and set ksrc to the folder.
unpack_source()
{
	# One pattern for Makefile* and localversion*: tar fails if a pattern matches nothing,
	# and not every source has the latter.
	case $ksrc in
	*.src.rpm) prepare "$ksrc" source rpm '*/[Ml][ao][kc][ea][fl]*' '*/arch/x86/kvm' ;;
	*.dsc) prepare "$ksrc" source dsc ;;
	*) unpack "$ksrc" source '*/[Ml][ao][kc][ea][fl]*' '*/arch/x86/kvm' ;;
	esac
	ksrc=$unpacked
}

# unpack TARBALL KIND PATTERN...: unpack what matches into the cache, once, and set unpacked
# to the folder.
unpack()
{
	file=$1 kind=$2
	shift 2
	prepare "$file" "$kind" tarball "$@"
}

# prepare FILE KIND FORMAT ARGUMENT...: the same, by from_FORMAT ARGUMENT...
prepare()
{
	shipped=$1 kind=$2
	shift 2
	unpacked=$cache/$kind/$(basename "$shipped" | sed 's/\.tar.*//')-$(stat -L -c %s-%Y "$shipped")
	[ ! -e "$unpacked/whole" ] || return 0
	need_space "$cache/$kind" 50
	# Other first builds wait for this one. The lock ends with the subshell.
	(
		flock 8
		prepare_there "$@"
	) 8>"$cache/$kind/.lock" || exit 1
}

prepare_there()
{
	[ ! -e "$unpacked/whole" ] || return 0
	# Left by an interrupted run: the lock says that no other run works here.
	rm -rf "$cache/$kind"/.part.*
	part=$(mktemp -d "$cache/$kind/.part.XXXXXX")
	tmp=$part/.tmp
	mkdir "$tmp"
	from=from_$1
	shift
	"$from" "$@"
	rm -rf "$tmp"
	: >"$part/whole"
	chmod 755 "$part"
	rm -rf "$unpacked"
	mv "$part" "$unpacked"
}

# unfit WHAT: end with what is wrong with $shipped, and that line of the tool's log.
unfit()
{
	reason=$(grep . "$tmp/log" | "${2:-tail}" -n 1)
	rm -rf "$part"
	die "$shipped $1${reason:+: $reason}"
}

from_tarball()
{
	case $shipped in
	*.bz2) need bzip2 bzip2 ;;
	esac
	say "unpacking $* out of $shipped (10 to 20 s for 130 MB; kept for the next time)"
	take "$shipped" "$@"
}

# take TARBALL PATTERN...
take()
{
	tar -C "$part" --strip-components=1 --wildcards --no-wildcards-match-slash \
		-xf "$@" 2>"$tmp/log" || unfit "can't be unpacked, or is no kernel source" head
}

# take_tree FOLDER: the same from a folder.
take_tree()
{
	{
		(cd "$1" && find . -maxdepth 1 -type f \( -name 'Makefile*' -o -name 'localversion*' \) &&
			find ./arch/x86/kvm -type f) >"$tmp/files" &&
		tar -C "$1" -cf "$tmp/tree.tar" -T "$tmp/files" && tar -C "$part" -xf "$tmp/tree.tar"
	} 2>"$tmp/log" || unfit "has no arch/x86/kvm"
}

# patches_apart: whether a source package has patches of KVM, or of the version, beside the
# tarball; what can't be looked into counts.
patches_apart()
{
	find "$tmp" -maxdepth 1 -size +0 \( -name '*.patch' -o -name '*.diff' \) \
		-exec grep -qE '^[+][+][+] [^/]*/(arch/x86/kvm/|Makefile)' '{}' \; -print |
		grep -q . || find "$tmp" -maxdepth 1 -size +0 \( -name '*patch*.tar*' -o -name '*.patch.?z*' \
		-o -name 'series*' \) | grep -q .
}

# from_rpm PATTERN...: a .src.rpm. Most have one tarball with all patches in it; where they are
# apart, their own spec says how they are applied.
from_rpm()
{
	need rpm2cpio rpm
	need rpm rpm
	need cpio cpio
	of=$(rpm -qp --nosignature --qf '%{VERSION}-%{RELEASE}' "$shipped" 2>"$tmp/log") ||
		unfit "is no source package that rpm can read"
	# The release of RHEL's kernels, and of those made like them, is that of their package.
	case $kver in
	"$of".x86_64*) ;;
	*.x86_64*)
		rm -rf "$part"
		die "the source ($shipped) is of version $of and kernel $kver is of ${kver%.x86_64*}: they must be of one version" ;;
	esac
	say "unpacking $shipped (a minute, or three where rpmbuild applies patches; kept for the next time)"
	need_space "$cache/$kind" 500
	rpm2cpio "$shipped" >"$part/cpio" 2>"$tmp/log" || unfit "can't be unpacked by rpm2cpio"
	(cd "$tmp" && cpio -id --quiet --no-absolute-filenames) <"$part/cpio" 2>"$tmp/log" ||
		unfit "can't be unpacked by cpio"
	rm "$part/cpio"
	if patches_apart; then
		need rpmbuild rpm
		need_space "$cache/$kind" 3000
		rpmbuild -bp --nodeps --target x86_64 --define "_topdir $tmp" --define "_sourcedir $tmp" \
			--define "_builddir $tmp/BUILD" "$tmp"/*.spec >"$tmp/log" 2>&1 || {
			# What the shell traces, and that it failed, says rpmbuild after the reason.
			sed -i '/^+/d; /Bad exit status/d; /^RPM build errors:/d' "$tmp/log"
			unfit "can't be prepared by rpmbuild -bp"
		}
		tree=$(find "$tmp/BUILD" -path '*/arch/x86/kvm/Makefile' ! -path '*/vanilla*' | sort | head -n 1)
		take_tree "${tree%/arch/x86/kvm/Makefile}"
	else
		tarball=$(find "$tmp" -maxdepth 1 -name '*.t*z*' -printf '%s %p\n' | sort -rn | sed -n '1s/^[0-9]* //p')
		[ -n "$tarball" ] || unfit "has no tarball in it"
		take "$tarball" "$@"
	fi
	echo "$of" >"$part/.of-rpm"
}

# from_dsc: a source package of Debian's, or of a distribution like it.
from_dsc()
{
	need dpkg-source dpkg-dev
	say "dpkg-source -x $shipped (a minute; kept for the next time)"
	need_space "$cache/$kind" 2500
	dpkg-source -x "$shipped" "$tmp/tree" >"$tmp/log" 2>&1 || unfit "can't be unpacked by dpkg-source"
	take_tree "$tmp/tree"
}

# dsc_package FILE: the source package and version that a .dsc is of.
dsc_package()
{
	awk '/^Source: / { source = $2 } /^Version: / { version = $2 }
		END { if (source != "" && version != "") print source, version }' "$1"
}
