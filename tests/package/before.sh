# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# The upgrade from a package whose module has the distribution's file name. For that package, DKMS
# moves the distribution's module away. The upgrade must put it back.

say "a package whose module has the distribution's file name (its dependencies first: 300 MB)"
project before
sed -i '/^DEST_MODULE_NAME/d' "$work/before/dkms.conf"
sed -i '/dkms-restore/d' "$work/before/debian/kvm-hvtimer-dkms.postinst"
another before "$VERSION"
check "a package whose module has the distribution's file name installs" apt install /tmp/before.deb
check "modprobe would choose its module" has "$first"
moved='has moved the module of the distribution away'
[ -z "$(distributions)" ] || moved=
# shellcheck disable=SC2016 # dpkg-query's own variable
say "DKMS $(inside dpkg-query -W -f '${Version}' dkms) ${moved:-has moved nothing away}"
# This part checks where the distribution's module is. It needs no build.
: >"$root/etc/dkms/no-autoinstall"
check "that package is upgraded" inside dpkg --install "/tmp/$(basename "$deb")"
check "the distribution's module is where it was before" back
check "modprobe would choose the distribution's module" has_stock "$first"
rm "$root/etc/dkms/no-autoinstall"
say "the same, with an old package whose prerm removes nothing"
check "the old package installs again" inside dpkg --install /tmp/before.deb
check "modprobe would choose its module again" has "$first"
printf '#!/bin/sh\nexit 0\n' >"$root/var/lib/dpkg/info/kvm-hvtimer-dkms.prerm"
: >"$root/etc/dkms/no-autoinstall"
check "the old package, which removes nothing, is upgraded" inside dpkg --install "/tmp/$(basename "$deb")"
keep
if [ -n "$moved" ]; then
	check "the upgrade prints that the distribution's module is back" \
		said "the distribution's module, .*, is back: /lib/modules/$(literal "$first")/kernel/"
else
	check "the upgrade does not claim to have put a module back" not_said "is back"
fi
check "after that upgrade, too, the distribution's module is where it was before" back
check "after that upgrade, too, modprobe would choose it" has_stock "$first"
check "the package is purged" apt purge kvm-hvtimer-dkms
check "nothing of the package is left" traces
rm "$root/etc/dkms/no-autoinstall"
