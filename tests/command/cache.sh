# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # from and for run; texts
# What the scripts keep in the cache: one process at a time makes it, and a part is never taken for
# the whole. Sourced after scripts.sh, whose copy of the project it uses.

kept=$project/cache/kvm-hvtimer
mkdir -p "$project/stubs" "$project/linux-5.6/arch/x86/kvm"
echo 'VERSION = 5' >"$project/linux-5.6/Makefile"
: >"$project/linux-5.6/arch/x86/kvm/Makefile"
tar -C "$project" -cf "$project/linux-5.6.tar" linux-5.6

# unpacking NUMBER: start this many builds, one shortly after the other. Each unpacks, and uses the
# result for a while.
unpacking='set -eu
top=$PWD
. scripts/common.sh
. scripts/kernel.sh
one()
{
	unpack "$PWD/linux-5.6.tar" source "*/Makefile" "*/arch/x86/kvm" >&2
	for n in 1 2 3 4 5 6 7 8 9 10; do
		sleep 0.2
		[ -e "$unpacked/Makefile" ] && [ -e "$unpacked/arch/x86/kvm/Makefile" ]
	done
	echo whole
}
while [ "$1" -gt 0 ]; do
	set -- $(($1 - 1))
	one &
	sleep 0.5
done
wait'
parts()
{
	find "$kept/source" -name '.part.*'
}

rm -rf "$kept/source"
stub tar 'echo "$*" >>tars
sleep 1
exec /usr/bin/tar "$@"'
in_project 0 sh -c "$unpacking" sh 2 && [ "$(grep -cx whole "$work/said")" = 2 ] && [ "$(wc -l <"$project/tars")" = 1 ]
verdict "two first builds at a time: one unpacks, and both find the source whole"

# Killed by a signal that no process can catch.
rm -rf "$kept/source"
stub tar '/usr/bin/tar "$@"
kill -KILL $PPID'
in_project 1 sh -c "set -eu; top=\$PWD; . scripts/common.sh; . scripts/kernel.sh
	unpack \$PWD/linux-5.6.tar source '*/Makefile' '*/arch/x86/kvm'" && [ -n "$(parts)" ]
verdict "an unpacking that is killed"
rm "$project/stubs/tar"
in_project 0 sh -c "$unpacking" sh 1 && said '^whole$' && [ -z "$(parts)" ]
verdict "the next one unpacks anew, and clears what was left"

# scripts/root: a package that dpkg has not finished is not installed.
admin=$kept/roots/nosuch/var/lib/dpkg
mkdir -p "$admin"
stub apt-get 'exit 1'
# Only root may make a root. Here that fails: no mirror can be reached.
unreachable=1
[ "$(id -u)" != 0 ] || unreachable=4
in_root()
{
	printf 'Package: one\nStatus: install ok %s\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n' "$1" >"$admin/status"
}
in_root installed
in_project 0 scripts/root nosuch one && said "/roots/nosuch$"
verdict "a root with the packages that are wanted"
for state in half-installed unpacked half-configured config-files; do
	in_root $state
	in_project $unreachable scripts/root nosuch one && ! said .
	verdict "one whose package is $state: not as if it were installed"
done
rm "$project/stubs/apt-get"

# scripts/image waits for another that downloads the same, and uses its result.
stub dpkg-query 'case "$*" in
*-S*) echo "linux-headers-1.2.3-4-amd64: /usr/src/x" ;;
*) echo "linux 5.6.7-1" ;;
esac'
stub apt-get 'echo "$*" >>apt; exit 1'
image=$kept/image/$release-5.6.7-1
mkdir -p "$kept/image"
(
	flock 8
	sleep 2
	mkdir -p "$image"
	: >"$image/whole"
) 8>"$kept/image/.$release.lock" &
sleep 0.5
in_project 0 env KDIR="$kdir" scripts/image && said "^$image\$" && [ ! -e "$project/apt" ]
verdict "two that want the same image: one downloads, and the other waits for it"
wait
rm -r "$project/stubs"
