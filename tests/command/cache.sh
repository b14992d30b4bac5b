# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# The scripts' cache: one process at a time fills it, and an unfinished part is never used. Sourced
# after scripts.sh, whose copy of the project it uses.

kept=$project/cache/kvm-hvtimer
mkdir -p "$project/stubs" "$project/linux-5.6/arch/x86/kvm"
echo 'VERSION = 5' >"$project/linux-5.6/Makefile"
: >"$project/linux-5.6/arch/x86/kvm/Makefile"
tar -C "$project" -cf "$project/linux-5.6.tar" linux-5.6

# unpacking NUMBER: a script that starts NUMBER builds, one shortly after the other. Each unpacks
# the source, and uses it for a while.
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
# parts: print the unfinished parts in the cache.
parts()
{
	find "$kept/source" -name '.part.*'
}

rm -rf "$kept/source"
stub tar 'echo "$*" >>tars
sleep 1
exec /usr/bin/tar "$@"'
in_project 0 sh -c "$unpacking" sh 2 && [ "$(grep -cx whole "$work/said")" = 2 ] && [ "$(wc -l <"$project/tars")" = 1 ]
verdict "two first builds at the same time: one unpacks, and both find the source complete"

# SIGKILL: the script can't clear up.
rm -rf "$kept/source"
stub tar '/usr/bin/tar "$@"
kill -KILL $PPID'
in_project 1 sh -c "set -eu; top=\$PWD; . scripts/common.sh; . scripts/kernel.sh
	unpack \$PWD/linux-5.6.tar source '*/Makefile' '*/arch/x86/kvm'" && [ -n "$(parts)" ]
verdict "unpacking that is killed leaves a part behind"
rm "$project/stubs/tar"
in_project 0 sh -c "$unpacking" sh 1 && said '^whole$' && [ -z "$(parts)" ]
verdict "the next build unpacks anew, and removes that part"

# scripts/root: a package that dpkg has not finished is not installed.
admin=$kept/roots/nosuch/var/lib/dpkg
mkdir -p "$admin"
stub apt-get 'exit 1'
# Only root may make a root. Here that fails: no mirror can be reached.
unreachable=1
[ "$(id -u)" != 0 ] || unreachable=4
# in_root STATE: a root in which dpkg has package one in this state.
in_root()
{
	printf 'Package: one\nStatus: install ok %s\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n' "$1" >"$admin/status"
}
in_root installed
in_project 0 scripts/root nosuch one && said "/roots/nosuch$"
verdict "a root that has the packages is used as it is"
for state in half-installed unpacked half-configured config-files; do
	in_root $state
	in_project $unreachable scripts/root nosuch one && ! said .
	verdict "a root with a package that is $state is not used as it is"
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
verdict "two scripts need the same image: one downloads it, and the other waits"
wait
rm -r "$project/stubs"
