# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for run
#
# The installation, and a try in the test machine.

say "installing the packages"
check "the packages install" apt install "/tmp/$(basename "$deb")" "/tmp/$(basename "$tool")"
keep
check "it says what it did" said "installed for kernel $(literal "$first")"
if [ "$(uname -r)" = "$first" ]; then
	echo "skip the running kernel is $first"
	skipped=1
else
	check "built for kernel $first, which is not the running one" has "$first"
fi
check "dpkg has nothing left to do" configured
check "the distribution's module is untouched" untouched
check "and is still there, beside ours" two_modules
check "signed by the key of DKMS" signed
check "kvm-hvtimer verify finds it well" inside kvm-hvtimer verify --kernel "$first"
check "kvm-hvtimer status works without VMX, or with" inside kvm-hvtimer status --kernel "$first"
keep
check "status: what the next boot would load" \
	grep -q "^next boot *$(literal "$first: ours, version $VERSION: /lib/modules/$first/updates/dkms/kvm_intel.ko")" \
	"$work/before"
check "status: no copy in the initramfs" \
	grep -q "^initramfs *no copy in $(literal "/boot/initrd.img-$first")" "$work/before"
check "status --json is JSON" json
check "status answers in under 0.2 s" inside timeout 0.2 kvm-hvtimer status --kernel "$first"
check "dkms autoinstall, which dkms.service runs at each boot, goes through" inside dkms autoinstall -k "$first"
check "and the module is still there" has "$first"

say "booting kernel $first in the test machine, with the installed module"
boot
