# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# Makes packages that only the tests need.

# another NAME VERSION: build the packages of the project's copy in $work/NAME.
another()
{
	(cd "$work/$1" && VERSION=$2 scripts/deb) >>"$log" 2>&1 9>&- ||
		die "a second package can't be built: see $log"
	mv "$work/$1"/build/deb/kvm-hvtimer-dkms_*.deb "$root/tmp/$1.deb"
	mv "$work/$1"/build/deb/kvm-hvtimer_*.deb "$root/tmp/$1-command.deb"
	rm -rf "${work:?}/$1"
}

# project NAME: copy the project to $work/NAME.
project()
{
	mkdir "$work/$1"
	(cd "$top" && find . \( -path ./build -o -path ./kvm-hvtimer -o -path ./.git \) -prune -o -type f -print |
		tar -cf - -T -) | tar -C "$work/$1" -xf -
}

# made_up RELEASE VERSION: build a package of kernel headers, which are those of kernel $first with
# another release and another version of the source.
made_up()
{
	tree=$work/made-up
	headers=usr/src/linux-headers-$1
	mkdir -p "$tree/DEBIAN" "$tree/usr/src" "$tree/lib/modules/$1"
	cp -a "$root/usr/src/linux-headers-$first" "$tree/$headers"
	ln -s "/$headers" "$tree/lib/modules/$1/build"
	echo "#define UTS_RELEASE \"$1\"" >"$tree/$headers/include/generated/utsrelease.h"
	# Its postinst runs DKMS, as the distribution's does.
	sed "s/$(literal "$first")/$1/g" "$root/var/lib/dpkg/info/linux-headers-$first.postinst" \
		>"$tree/DEBIAN/postinst"
	chmod 755 "$tree/DEBIAN/postinst"
	printf '%s\n' "Package: linux-headers-$1" "Source: linux ($2)" "Version: $2" \
		'Architecture: amd64' 'Maintainer: nobody <nobody@example.org>' \
		'Description: made up for a test' >"$tree/DEBIAN/control"
	dpkg-deb --root-owner-group -Znone --build "$tree" "$root/tmp/made-up.deb" >>"$log" 2>&1 ||
		die "a package of headers can't be made up: see $log"
	rm -rf "$tree"
}
