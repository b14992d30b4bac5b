# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# Other kernels: a later one, one without its source, one whose source is installed later, and one
# whose source is refused.

say "installing kernel $second"
check "kernel $second and its headers install" apt install "linux-image-$second" "linux-headers-$second"
keep
check "the module is built for kernel $second" has "$second"
check "the module for kernel $first is not built again" not_said "building for kernel $first"

# --- a kernel without its source ---

headers=linux-headers-$third
if [ -z "$third" ]; then
	third=${first%%-*}-0-cloud-amd64
	made_up "$third" "$version~older"
	headers=/tmp/made-up.deb
fi
say "installing the headers of kernel $third"
check "the headers of kernel $third install without its source" apt install "$headers"
keep
check "the installation prints why nothing is built, and what to install" \
	said "nothing built for kernel $(literal "$third"): the source .* is of linux $(literal "$version") and kernel $(literal "$third") is of linux .*: install linux-source-[0-9.]*=[^ ]*; until then kernel $(literal "$third") uses the distribution's"
check "no module of ours is installed for kernel $third" has_not "$third"
check "dkms install leaves kernel $third out, with status 77" left_out "$third"
mkdir -p "$root/lib/modules/9.9.9-none/build/include/config"
: >"$root/lib/modules/9.9.9-none/build/Makefile"
echo CONFIG_X86_64=y >"$root/lib/modules/9.9.9-none/build/include/config/auto.conf"
check "a kernel without kvm-intel as a module is passed over in silence" passed_over 9.9.9-none
rm -rf "$root/lib/modules/9.9.9-none"

# --- the source is installed after the headers ---

say "removing the source, and installing the headers of kernel $second again"
series=$(echo "$version" | cut -d . -f 1,2)
inside dpkg --force-depends --remove "linux-source-$series" >>"$log" 2>&1 || :
inside dkms remove -m kvm-hvtimer -v "$VERSION" -k "$second" >>"$log" 2>&1 || :
# apt would first ask for the missing dependency.
check "the headers of kernel $second install without its source" \
	inside dpkg -i "/var/cache/apt/archives/linux-headers-${second}_${version}_amd64.deb"
keep
check "the installation prints which package is missing" \
	said "nothing built for kernel $(literal "$second"): the source .* is missing: install $(literal "linux-source-$series=$version")"
check "no module of ours is installed for kernel $second" has_not "$second"
check "modprobe would choose the distribution's module for kernel $second" has_stock "$second"
check "the source installs" apt --fix-broken install "linux-source-$series"
check "with the source, the module is built for kernel $second" has "$second"

# --- a kernel whose source is refused ---

say "a kernel whose source is refused"
probe=$root/usr/src/kvm-hvtimer-$VERSION/vmx/cocci/shape.cocci
mv "$probe" "$work/shape.cocci"
sed 's/hv_timer/no_such_thing/g' "$work/shape.cocci" >"$probe"
inside dkms remove -m kvm-hvtimer -v "$VERSION" -k "$second" >>"$log" 2>&1 || :
check "the headers of a kernel whose source is refused install" apt --reinstall install "linux-headers-$second"
keep
check "the installation prints why the module is not built for that kernel" said "nothing built for kernel $(literal "$second"), which goes on with the distribution's kvm_intel: [a-z]"
check "after that dpkg has no broken or half installed package" configured

# DKMS's own hook fails here. That is why the package has its own hook (debian/rules).
conf=$root/usr/src/kvm-hvtimer-$VERSION/dkms.conf
cp "$conf" "$work/dkms.conf"
echo 'AUTOINSTALL="yes"' >>"$conf"
check "with AUTOINSTALL in dkms.conf such a kernel's headers do not install" fails apt --reinstall install "linux-headers-$second"
check "with AUTOINSTALL dpkg is left with packages to configure" fails configured
mv "$work/dkms.conf" "$conf"
check "without AUTOINSTALL these packages are configured" inside dpkg --configure -a
mv "$work/shape.cocci" "$probe"
