# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# An upgrade, the removal of a kernel, and the removal of the packages.

say "upgrading the package (to version $VERSION.1)"
project next
sed -i "s/^PACKAGE_VERSION=.*/PACKAGE_VERSION=\"$VERSION.1\"/" "$work/next/dkms.conf"
sed -i "1s/(.*)/($VERSION.1)/" "$work/next/debian/changelog"
sed -i "/^\.TH/s/$(literal "$VERSION")/$VERSION.1/" "$work/next/docs/kvm-hvtimer.8"
another next "$VERSION.1"
check "the packages are upgraded" apt install /tmp/next.deb /tmp/next-command.deb
check "kernel $first has the new module" has "$first" "$VERSION.1"
check "kernel $second, whose source was refused before, has the new module" has "$second" "$VERSION.1"
check "nothing of the old version is left" old_gone

check "the distribution's module is untouched" untouched

say "removing kernel $second"
check "kernel $second is removed" apt purge "linux-image-$second" "linux-headers-$second"
check "our module for kernel $second is removed" has_not "$second"

say "removing the packages"
check "the packages are removed" apt remove kvm-hvtimer-dkms kvm-hvtimer
check "the distribution's module is untouched after the removal" untouched
check "modprobe would choose the distribution's module" has_stock "$first"
check "the packages are purged" apt purge kvm-hvtimer-dkms kvm-hvtimer
check "nothing of ours is left" traces
check "the distribution's module is untouched, from first to last" untouched
