# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016 # variables of run; code in quotes
# The scripts around the command: its build, make install, what bench installs, and unusual
# environments. Runs on a copy of the scripts, with a made-up kernel. SCRIPTS: another project to
# copy them from, to see the tests fail.

project=$work/project
mkdir -p "$project/stubs"
cp -r "${SCRIPTS:-$top}/Makefile" "${SCRIPTS:-$top}/scripts" "${SCRIPTS:-$top}/bench" "$project/"

# stub NAME TEXT: put a shell script with that name first in PATH.
stub()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$project/stubs/$1"
	chmod 755 "$project/stubs/$1"
}

# in_project STATUS COMMAND...: run it in the copy; it must end with this status.
in_project()
{
	wanted=$1
	shift
	got=0
	(cd "$project" && PATH=$project/stubs:$PATH XDG_CACHE_HOME=$project/cache "$@") \
		>"$work/said" 2>"$work/err" </dev/null 9>&- || got=$?
	[ "$got" = "$wanted" ] || { echo "status $got" >>"$work/err"; false; }
}

# one_line PATTERN: the errors are one line, which matches.
one_line()
{
	[ "$(wc -l <"$work/err")" = 1 ] && grep -q "$1" "$work/err"
}

# A kernel's build folder, and our module for it.
kdir=$project/kdir
mkdir -p "$kdir/include/generated" "$kdir/include/config" "$kdir/scripts" \
	"$project/build/always-on/$release" "$project/target/lib/modules/$release"
echo "#define UTS_RELEASE \"$release\"" >"$kdir/include/generated/utsrelease.h"
printf 'CONFIG_X86_64=y\nCONFIG_KVM_INTEL=m\n' >"$kdir/include/config/auto.conf"
symvers >"$kdir/Module.symvers"
printf 'VERSION = 5\nPATCHLEVEL = 6\nSUBLEVEL = 7\nkernelversion:\n\t@echo $(VERSION).$(PATCHLEVEL).$(SUBLEVEL)\n' >"$kdir/Makefile"
for=$release
module "$project/build/always-on/$release/kvm-intel.ko" -g -DCRC=0x22222222 '-DVERSION="0.1.0"' \
	'-DVARIANT="always-on"' '-DSRCVERSION="BBBB"'

# The files of make install.
ours_there=$project/target/lib/modules/$release/updates/kvm-hvtimer/kvm-intel.ko
in_project 0 sh -c 'umask 077; exec env KDIR="$1" INSTALL_MOD_PATH="$2" scripts/install' sh "$kdir" "$project/target" &&
	[ "$(stat -c %a "$ours_there")" = 644 ] && [ "$(stat -c %a "$(dirname "$ours_there")")" = 755 ]
verdict "make install with umask 077: everybody can read the module"
! readelf -S "$ours_there" | grep -q debug_info && modinfo -F variant "$ours_there" | grep -q always-on
verdict "make install: the module has no debugging information"

# Without HOME, and with a folder that belongs to several packages.
in_project 0 env -u HOME -u XDG_CACHE_HOME KDIR="$kdir" INSTALL_MOD_PATH="$project/target" scripts/install
verdict "make install without HOME"
stub dpkg-query 'case "$*" in
*-S*) echo "linux-headers-1.2.3-4-amd64, some-other:amd64: /usr/src/x" ;;
*some-other*) echo "dpkg-query: error: $*" >&2; exit 2 ;;
*) echo "linux 5.6.7-1" ;;
esac'
in_project 1 env KDIR="$kdir" VERSION=1 scripts/build && one_line 'the source of kernel .* (linux 5.6.7-1) is missing'
verdict "a build folder that two packages own: the message names the kernel's source"
rm "$project/stubs/dpkg-query"
mkdir -p "$project/ksrc/arch/x86/kvm"
: >"$project/ksrc/arch/x86/kvm/Makefile"
printf 'VERSION = 5\nPATCHLEVEL = 6\nSUBLEVEL = 8\nNAME = x\n' >"$project/ksrc/Makefile"
in_project 2 make -s VERSION=1 KDIR="$kdir" KSRC="$project/ksrc" all && grep -q 'is of version 5.6.8 and kernel .* is of 5.6.7' "$work/err"
verdict "make VERSION=1 does not change what is taken for the kernel's version"

# A lock that can't be made.
: >"$project/notafolder"
in_project 1 sh -c 'set -eu; top=$PWD; . scripts/common.sh; lock "$PWD/notafolder/lock" "this"' && one_line 'cannot write .*notafolder/lock'
verdict "a lock of the scripts that can't be made is one line"

# On a host with VMX, bench asks before it installs, and needs no package of the tests.
stub grep 'case "$*" in */proc/cpuinfo*) exit 0 ;; esac; exec /usr/bin/grep "$@"'
mv "$project/scripts/deps" "$project/scripts/deps.real"
printf '#!/bin/sh\necho "$*" >>"%s"\nexit 1\n' "$project/asked" >"$project/scripts/deps"
chmod 755 "$project/scripts/deps"
in_project 1 env KVER=none bench/bench
[ "$(cat "$project/asked")" = '--ask build command bench' ]
verdict "bench on a host with VMX asks before it installs, and only for what it needs"
mv "$project/scripts/deps.real" "$project/scripts/deps"
stub dpkg-query 'exit 1'
stub apt-get "echo \"\$*\" >>'$project/installed'"
in_project 1 scripts/deps --ask bench && one_line 'packages are missing, and there is no terminal to ask on: apt-get install python3' && [ ! -e "$project/installed" ]
verdict "bench without a terminal to ask on installs nothing"
rm -r "$project/stubs"

# The command on a host where it can't be built.
mkdir "$project/stubs"
cp -r "$top/tools" "$project/"
mkdir -p "$project/include"
cp "$top/include/hv_timer_value.h" "$project/include/"
stub pkg-config 'exit 1'
in_project 1 scripts/kvm-hvtimer status && one_line 'libkmod is missing, which the command needs: install the package libkmod-dev'
verdict "scripts/kvm-hvtimer without libkmod says what to install"
rm "$project/stubs/pkg-config"
in_project 0 scripts/kvm-hvtimer --help && said '^usage: kvm-hvtimer'
verdict "scripts/kvm-hvtimer with libkmod builds the command at its first use"
