# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# Expectations of the root, mostly for kernel $first. Each is a command for check().

# check WHAT COMMAND...: run it; its output is kept, and shown if it fails.
check()
{
	what=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		ok "$what"
	else
		not_ok "$what"
		tail -n 8 "$work/out" | comment
	fi
	{ echo "== $what"; cat "$work/out"; } >>"$log"
}

# fails COMMAND...: the command ends with an error.
fails()
{
	! "$@"
}

# has KERNEL [VERSION]: our module is installed, and modprobe would choose it.
has()
{
	file=$(inside modinfo -k "$1" -n kvm_intel) &&
	case $file in
	"/lib/modules/$1/updates/dkms"/kvm[-_]intel.ko*) ;;
	*)
		echo "chosen for $1: $file"
		false ;;
	esac &&
	inside modinfo "$file" | grep -v '^parm' &&
	[ "$(inside modinfo -F variant "$file")" = always-on ] &&
	[ "$(inside modinfo -F version "$file")" = "${2:-$VERSION}" ] &&
	[ "$(inside modinfo -F vermagic "$file" | cut -d ' ' -f 1)" = "$1" ]
}

# has_stock KERNEL: modprobe would choose the distribution's.
has_stock()
{
	file=$(inside modinfo -k "$1" -n kvm_intel) && echo "$file" &&
		[ "${file#"/lib/modules/$1/kernel/"}" != "$file" ]
}

# has_not KERNEL: no module of ours is installed or known to DKMS.
has_not()
{
	find "$root/lib/modules/$1" -path '*updates*' 2>/dev/null | grep . && return 1
	inside dkms status | grep '^kvm-hvtimer/' | grep -F ", $1," && return 1
	return 0
}

# said PATTERN: the output that keep() has kept matches. Quote names and versions with literal().
said()
{
	grep -o "^kvm-hvtimer: .*" "$work/before"
	grep -q "$1" "$work/before"
}

# not_said TEXT: the output that keep() has kept does not have TEXT.
not_said()
{
	! grep -F "$1" "$work/before"
}

# keep: keep the output of the last check.
keep()
{
	cp "$work/out" "$work/before"
}

# distributions: the distribution's module of kernel $first.
distributions()
{
	find "$root/lib/modules/$first/kernel" -name 'kvm-intel.ko*'
}

# identity: print what changes if that file is moved away and back: inode, time of change, path.
identity()
{
	file=$(distributions)
	[ -z "$file" ] || stat -c '%i %Z %n' "$file"
}

# untouched: the distribution's module is the file that the kernel's package installed, and dpkg's
# checksums fit. dpkg --verify prints what differs, and always ends with 0.
untouched()
{
	# shellcheck disable=SC2016 # dpkg-query's own variable
	for package in $(inside dpkg-query -W -f '${Package}\n' | grep -F -- "-$first" |
		grep -E '^linux-(image|modules|binary)-'); do
		inside dpkg --verify "$package"
	done >"$work/verify"
	identity
	[ -n "$original" ] && [ "$(identity)" = "$original" ] && ! grep /lib/modules/ "$work/verify"
}

# back: as untouched, for a file that was moved away and back.
back()
{
	original=$(identity)
	untouched
}

# two_modules: kernel $first has our module and the distribution's, and no other.
two_modules()
{
	find "$root/lib/modules/$first" -name 'kvm[-_]intel.ko*' >"$work/found"
	cat "$work/found"
	[ "$(wc -l <"$work/found")" = 2 ]
}

# signed: the module that modprobe would choose is signed by the key of DKMS.
signed()
{
	# shellcheck disable=SC2016 # the inner shell's
	inside sh -c 'modinfo -F signer "$(modinfo -k "$1" -n kvm_intel)"' sh "$first" | grep 'DKMS.*key'
}

# json: python3 can read the output of status --json.
json()
{
	# shellcheck disable=SC2016 # the inner shell's
	inside sh -c 'kvm-hvtimer status --json --kernel "$1" | python3 -m json.tool' sh "$first"
}

# left_out KERNEL: dkms install leaves the kernel out, with status 77.
left_out()
{
	of_dkms=0
	inside dkms install -m kvm-hvtimer -v "$VERSION" -k "$1" || of_dkms=$?
	echo "status $of_dkms"
	[ $of_dkms = 77 ]
}

# passed_over KERNEL: scripts/dkms-kernels prints nothing about the kernel.
passed_over()
{
	inside "/usr/src/kvm-hvtimer-$VERSION/scripts/dkms-kernels" >"$work/over" 2>&1 &&
		! grep -F "$1" "$work/over"
}

# old_gone: nothing of the version before the upgrade is left.
old_gone()
{
	[ ! -e "$root/usr/src/kvm-hvtimer-$VERSION" ] && [ ! -e "$root/var/lib/dkms/kvm-hvtimer/$VERSION" ]
}

# configured: dpkg has no package that is broken or half installed.
configured()
{
	inside dpkg --audit >"$work/audit" && cat "$work/audit" && [ ! -s "$work/audit" ]
}

# traces: nothing of our packages is left, except in logs. Prints what is.
traces()
{
	(cd "$root" && find . -path ./var/log -prune -o -path ./tmp -prune -o \
		\( -name '*hvtimer*' -o -path '*/updates/*' -o -path '*/var/lib/dkms/*' ! -name 'mok.*' \
		! -name dkms_dbversion \) -print) >"$work/traces"
	inside dpkg-query -W 'kvm-hvtimer*' >>"$work/traces" 2>/dev/null || :
	cat "$work/traces"
	[ ! -s "$work/traces" ]
}
