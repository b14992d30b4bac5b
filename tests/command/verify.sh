# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# verify, whose checks load makes too.

host verify
symvers=$root/lib/modules/$release/build/Module.symvers
run 0 verify && said '^ok its symbol versions are those of the installed headers$' && ! said '^not ok'
verdict "our module passes"
for kind in 'is empty:' 'is cut off:0x11111111	module_layout	vml' 'has a line:nonsense\n' 'is cut off:0x1'; do
	printf '%b' "${kind#*:}" >"$symvers"
	{ run 1 verify && said "^not ok its symbol versions can't be compared: .*Module.symvers ${kind%%:*}"; } || false
	verdict "verify finds a Module.symvers that ${kind%%:*}"
	{ run 1 verify --module /modules/wrong.ko && said "^not ok .*symbol versions"; } || false
	verdict "verify refuses a module of another build, with a Module.symvers that ${kind%%:*}"
done
symvers | head -n 2 >"$symvers"
run 1 verify && said "^not ok 1 of its symbol versions are not those of the installed headers: .* \\(kvm_get_msr_common\\)"
verdict "verify finds a Module.symvers that lacks a symbol"
symvers >"$symvers"
run 1 verify --module /modules/wrong.ko && said '^not ok 1 of its symbol versions are not .* \(kvm_get_msr_common\)'
verdict "verify refuses a module of another build"
rm "$symvers"
run 0 verify && said "^ok its symbol versions are those that the distribution's module has too"
verdict "our module passes without headers"
run 1 verify --module /modules/wrong.ko && said '^not ok 1 of its symbol versions'
verdict "verify refuses a module of another build without headers, too"
rm "$root$stock"
depmod -b "$root" $release 2>/dev/null
run 1 verify && said "^not ok its symbol versions can't be compared: neither headers"
verdict "verify refuses our module if there is nothing to compare it with"
host refusals
run 1 verify --module /modules/elsewhere.ko && said '^not ok it is for kernel 9.9.9 and not for'
verdict "verify refuses a module for another kernel"
run 1 verify --module /modules/truncated.ko && said '^not ok .* is no whole kvm-intel module'
verdict "verify refuses a module that is cut off"
run 1 verify --module /modules/count.ko && said '^not ok variant always-on-count is for measuring'
verdict "verify refuses a module for measuring"
run 1 verify --module /modules/stock.ko && said '^not ok .* is not a module of ours'
verdict "verify refuses the distribution's module"
run 1 verify --module /modules/none.ko && refused 'is no file'
verdict "verify refuses a file that does not exist"
mkdir -p "$root/sys/kernel/security"
echo 'none [integrity] confidentiality' >"$root/sys/kernel/security/lockdown"
run 1 verify && said '^not ok it is not signed, and this kernel loads signed modules only'
verdict "verify refuses an unsigned module if the kernel requires signatures"
run 2 verify --kernel ../x && refused 'no kernel release'
verdict "--kernel refuses a path"
run 1 status --kernel 9.9.9 && refused "kernel 9.9.9 is not installed: choose one of: $release"
verdict "--kernel refuses a kernel that is not installed, and names those that are"

# The initramfs: verify reads it, and status shows that result until the initramfs changes.
host initramfs
echo one >"$root/boot/initrd.img-$release"
mkdir -p "$work/stubs"
printf '#!/bin/sh\necho usr/lib/modules/kvm_intel.ko.xz\necho etc/passwd\n' >"$work/stubs/lsinitramfs"
chmod 755 "$work/stubs/lsinitramfs"
kept=$PATH
run 0 status && said "^initramfs *.*/initrd.img-$release was not looked into"
verdict "status does not read the initramfs"
PATH=$work/stubs:$kept
run 0 verify && said "^ok initramfs: .* holds usr/lib/modules/kvm_intel.ko.xz: after a change, update-initramfs"
verdict "verify reads the initramfs"
PATH=$kept
run 0 status && said '^initramfs .* holds usr/lib/modules/kvm_intel.ko.xz:' && json 'd["initramfs"]["copies"] == ["usr/lib/modules/kvm_intel.ko.xz"]'
verdict "status shows what verify has read"
echo another >"$root/boot/initrd.img-$release"
run 0 status && said 'was not looked into'
verdict "status does not show it for an initramfs that has changed"
printf '#!/bin/sh\nexit 1\n' >"$work/stubs/lsinitramfs"
cp "$work/stubs/lsinitramfs" "$work/stubs/lsinitrd"
PATH=$work/stubs:$kept
run 0 verify && ! said 'initramfs:' && json 'd["initramfs"]["looked_into"] == False'
verdict "an initramfs that can't be read is no fault for verify"
PATH=$kept
