# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for run
#
# What the root must look like, mostly for kernel $first. Each is a command for check.

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

# has KERNEL [VERSION]: our module is there, and modprobe would choose it.
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

# has_not KERNEL: nothing of ours is there.
has_not()
{
	find "$root/lib/modules/$1" -path '*updates*' 2>/dev/null | grep . && return 1
	inside dkms status | grep '^kvm-hvtimer/' | grep -F ", $1," && return 1
	return 0
}

# said PATTERN: the output of the check before this one has it. Quote names and versions with
# literal.
said()
{
	grep -o "^kvm-hvtimer: .*" "$work/before"
	grep -q "$1" "$work/before"
}

# not_said TEXT: the output of the check before this one does not have it.
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

# identity: of that file. It changes if the file is moved away and back.
identity()
{
	file=$(distributions)
	[ -z "$file" ] || stat -c '%i %Z %n' "$file"
}

# untouched: dpkg's sums fit (dpkg prints what differs, and ends with 0 either way), and the file
# is the very one that the kernel's package installed.
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

# back: the same, for a file that was moved away and back.
back()
{
	original=$(identity)
	untouched
}

two_modules()
{
	find "$root/lib/modules/$first" -name 'kvm[-_]intel.ko*' >"$work/found"
	cat "$work/found"
	[ "$(wc -l <"$work/found")" = 2 ]
}

signed()
{
	# shellcheck disable=SC2016 # the inner shell's
	inside sh -c 'modinfo -F signer "$(modinfo -k "$1" -n kvm_intel)"' sh "$first" | grep 'DKMS.*key'
}

json()
{
	# shellcheck disable=SC2016 # the inner shell's
	inside sh -c 'kvm-hvtimer status --json --kernel "$1" | python3 -m json.tool' sh "$first"
}

left_out()
{
	of_dkms=0
	inside dkms install -m kvm-hvtimer -v "$VERSION" -k "$1" || of_dkms=$?
	echo "status $of_dkms"
	[ $of_dkms = 77 ]
}

passed_over()
{
	inside "/usr/src/kvm-hvtimer-$VERSION/scripts/dkms-kernels" >"$work/over" 2>&1 &&
		! grep -F "$1" "$work/over"
}

old_gone()
{
	[ ! -e "$root/usr/src/kvm-hvtimer-$VERSION" ] && [ ! -e "$root/var/lib/dkms/kvm-hvtimer/$VERSION" ]
}

# configured: dpkg has no package that is broken or half installed.
configured()
{
	inside dpkg --audit >"$work/audit" && cat "$work/audit" && [ ! -s "$work/audit" ]
}

# traces: what is left of our packages, without dpkg's own logs.
traces()
{
	(cd "$root" && find . -path ./var/log -prune -o -path ./tmp -prune -o \
		\( -name '*hvtimer*' -o -path '*/updates/*' -o -path '*/var/lib/dkms/*' ! -name 'mok.*' \
		! -name dkms_dbversion \) -print) >"$work/traces"
	inside dpkg-query -W 'kvm-hvtimer*' >>"$work/traces" 2>/dev/null || :
	cat "$work/traces"
	[ ! -s "$work/traces" ]
}
