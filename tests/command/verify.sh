# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # from and for run; texts
# verify: what decides about load.

host verify
symvers=$root/lib/modules/$release/build/Module.symvers
run 0 verify && said '^ok its symbol versions are those of the installed headers$' && ! said '^not ok'
verdict "our module is well"
for kind in 'is empty:' 'is cut off:0x11111111	module_layout	vml' 'has a line:nonsense\n' 'is cut off:0x1'; do
	printf '%b' "${kind#*:}" >"$symvers"
	{ run 1 verify && said "^not ok its symbol versions can't be compared: .*Module.symvers ${kind%%:*}"; } || false
	verdict "a Module.symvers that ${kind%%:*}"
	{ run 1 verify --module /modules/wrong.ko && said "^not ok .*symbol versions"; } || false
	verdict "and a module of another build with it"
done
symvers | head -n 2 >"$symvers"
run 1 verify && said "^not ok 1 of its symbol versions are not those of the installed headers: .* \\(kvm_get_msr_common\\)"
verdict "a Module.symvers that ends too soon"
symvers >"$symvers"
run 1 verify --module /modules/wrong.ko && said '^not ok 1 of its symbol versions are not .* \(kvm_get_msr_common\)'
verdict "a module of another build"
rm "$symvers"
run 0 verify && said "^ok its symbol versions are those that the distribution's module has too"
verdict "without headers"
run 1 verify --module /modules/wrong.ko && said '^not ok 1 of its symbol versions'
verdict "without headers, a module of another build"
rm "$root$stock"
depmod -b "$root" $release 2>/dev/null
run 1 verify && said "^not ok its symbol versions can't be compared: neither headers"
verdict "with nothing to compare with: that is not well"
host refusals
run 1 verify --module /modules/elsewhere.ko && said '^not ok it is for kernel 9.9.9 and not for'
verdict "a module for another kernel"
run 1 verify --module /modules/truncated.ko && said '^not ok .* is no whole kvm-intel module'
verdict "a module that is cut off"
run 1 verify --module /modules/count.ko && said '^not ok variant always-on-count is for measuring'
verdict "a module for measuring"
run 1 verify --module /modules/stock.ko && said '^not ok .* is not a module of ours'
verdict "the distribution's module"
run 1 verify --module /modules/none.ko && refused 'is no file'
verdict "no module"
mkdir -p "$root/sys/kernel/security"
echo 'none [integrity] confidentiality' >"$root/sys/kernel/security/lockdown"
run 1 verify && said '^not ok it is not signed, and this kernel loads signed modules only'
verdict "a kernel that wants signatures"
run 2 verify --kernel ../x && refused 'no kernel release'
verdict "a kernel that is a path"
run 1 status --kernel 9.9.9 && refused "kernel 9.9.9 is not installed: choose of: $release"
verdict "a kernel that is not installed"
