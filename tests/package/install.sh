# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# Installs the packages, and tries the module in the test machine.

say "installing the packages"
check "the packages install" apt install "/tmp/$(basename "$deb")" "/tmp/$(basename "$tool")"
keep
check "the installation prints for which kernel it has installed the module" said "installed for kernel $(literal "$first")"
if [ "$(uname -r)" = "$first" ]; then
	echo "skip the running kernel is $first"
	skipped=1
else
	check "the module is installed for kernel $first, which is not the running one" has "$first"
fi
check "dpkg has no broken or half installed package" configured
check "the distribution's module is untouched" untouched
check "the distribution's module is installed beside ours" two_modules
check "our module is signed by the key of DKMS" signed
check "kvm-hvtimer verify finds nothing wrong" inside kvm-hvtimer verify --kernel "$first"
check "kvm-hvtimer status works, whether the CPU has VMX or not" inside kvm-hvtimer status --kernel "$first"
keep
check "status shows that the next boot loads our module" \
	grep -q "^next boot *$(literal "$first: ours, version $VERSION: /lib/modules/$first/updates/dkms/kvm_intel.ko")" \
	"$work/before"
check "status shows no copy in the initramfs" \
	grep -q "^initramfs *no copy in $(literal "/boot/initrd.img-$first")" "$work/before"
check "status --json is JSON" json
check "status answers in under 0.2 s" inside timeout 0.2 kvm-hvtimer status --kernel "$first"
check "dkms autoinstall, which dkms.service runs at each boot, goes through" inside dkms autoinstall -k "$first"
check "our module is still installed after that" has "$first"

say "booting kernel $first in the test machine, with the installed module"
boot
