# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for run
#
# The upgrade from a package whose module has the distribution's file name. DKMS moved the
# distribution's module away; it must come back.

say "a package whose module has the distribution's file name (its dependencies first: 300 MB)"
project before
sed -i '/^DEST_MODULE_NAME/d' "$work/before/dkms.conf"
sed -i '/dkms-restore/d' "$work/before/debian/kvm-hvtimer-dkms.postinst"
another before "$VERSION"
check "it installs" apt install /tmp/before.deb
check "and is chosen" has "$first"
moved='has moved the module of the distribution away'
[ -z "$(distributions)" ] || moved=
# shellcheck disable=SC2016 # dpkg-query's own variable
say "DKMS $(inside dpkg-query -W -f '${Version}' dkms) ${moved:-has moved nothing away}"
# This part checks where the distribution's module is. It needs no build.
: >"$root/etc/dkms/no-autoinstall"
check "it is upgraded" inside dpkg --install "/tmp/$(basename "$deb")"
check "the distribution's module is where it was" back
check "and chosen" has_stock "$first"
rm "$root/etc/dkms/no-autoinstall"
say "the same, with an old package that leaves everything behind"
check "the old one installs again" inside dpkg --install /tmp/before.deb
check "and is chosen" has "$first"
printf '#!/bin/sh\nexit 0\n' >"$root/var/lib/dpkg/info/kvm-hvtimer-dkms.prerm"
: >"$root/etc/dkms/no-autoinstall"
check "it is upgraded" inside dpkg --install "/tmp/$(basename "$deb")"
keep
if [ -n "$moved" ]; then
	check "it is said that the distribution's module is back" \
		said "the distribution's module, .*, is back: /lib/modules/$(literal "$first")/kernel/"
else
	check "there is nothing to put back" not_said "is back"
fi
check "the distribution's module is where it was" back
check "and chosen" has_stock "$first"
check "the package is purged" apt purge kvm-hvtimer-dkms
check "nothing of it is left" traces
rm "$root/etc/dkms/no-autoinstall"
