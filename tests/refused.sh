# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for tests/input
# Commands that must be refused, and what they are given. Sourced by tests/input with $work, a
# folder, in which project is a copy of the project.

# half_made: print what a refused command must not leave behind: anything but logs, locks,
# copies of the user's image and modules, and the operator's command.
half_made()
{
	find "$work/project/build" -type f ! -name '*.log' ! -name '.*lock' ! -path '*/build/image/*' \
		! -path '*/build/command/*' 2>/dev/null |
		sed "s|^$(literal "$work/project")/||"
}

# refused NAME PATTERN COMMAND...: run in the copy of the project.
refused()
{
	what=$1 pattern=$2
	shift 2
	status=0
	(cd "$work/project" && "$@") >"$work/out" 2>"$work/err" 9>&- || status=$?
	if [ "$status" = 0 ]; then
		verdict="it was accepted"
		# The next command must not find what this one has made.
		rm -rf "$work/project/build"
	elif ! grep -q "$pattern" "$work/err"; then
		verdict="the message does not say \"$pattern\": $(tail -n 1 "$work/err")"
	elif [ "$(grep -vc '^    ' "$work/err")" != 1 ]; then
		verdict="more than one line: $(head -n 3 "$work/err" | tr '\n' '|')"
	elif half_made | grep -q .; then
		verdict="something half-made is left: $(half_made | head -n 1)"
		rm -rf "$work/project/build"
	else
		ok "$what: $(grep -v '^    ' "$work/err" | sed "s|$(literal "$work")|...|g; s|^kvm-hvtimer: ||" | cut -c 1-130)"
		return
	fi
	not_ok "$what: $verdict"
}

# A folder with all commands but one.
without()
{
	rm -rf "${work:?}/bin"
	mkdir "$work/bin"
	for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
		[ ! -d "$dir" ] || find "$dir" -maxdepth 1 ! -name "$1" ! -type d \
			-exec ln -sf -t "$work/bin" '{}' +
	done
	rm -f "$work/bin/$1"
}

# The real source, with one file changed by a sed script.
source_with()
{
	rm -rf "$work/source"
	mkdir -p "$work/source/arch/x86"
	cp "$ksrc/Makefile" "$work/source/"
	cp -r "$ksrc/arch/x86/kvm" "$work/source/arch/x86/"
	sed -i "$2" "$work/source/$1"
	if cmp -s "$ksrc/$1" "$work/source/$1"; then
		not_ok "$1 of this kernel is not changed by $2"
	fi
}

# The real target, with its configuration changed by a sed script.
target_with()
{
	rm -rf "$work/target"
	mkdir -p "$work/target/include/config" "$work/target/include/generated"
	cp "$kdir/Makefile" "$kdir/Module.symvers" "$work/target/"
	cp "$kdir/include/generated/utsrelease.h" "$work/target/include/generated/"
	sed "$1" "$kdir/include/config/auto.conf" >"$work/target/include/config/auto.conf"
}
