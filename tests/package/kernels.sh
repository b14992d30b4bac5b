# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for run
#
# Other kernels: a later one; one without its source; one whose source comes later; one whose source
# is refused.

say "installing kernel $second"
check "kernel $second and its headers install" apt install "linux-image-$second" "linux-headers-$second"
keep
check "and the module is built for it" has "$second"
check "without building the other one again" not_said "building for kernel $first"

# --- a kernel without its source ---

headers=linux-headers-$third
if [ -z "$third" ]; then
	third=${first%%-*}-0-cloud-amd64
	made_up "$third" "$version~older"
	headers=/tmp/made-up.deb
fi
say "installing the headers of kernel $third"
check "the headers of kernel $third install, though its source is not there" apt install "$headers"
keep
check "and it is said why nothing is built, and what to install" \
	said "nothing built for kernel $(literal "$third"): the source .* is of linux $(literal "$version") and kernel $(literal "$third") is of linux .*: install linux-source-[0-9.]*=[^ ]*; until then kernel $(literal "$third") uses the distribution's"
check "nothing of ours is there" has_not "$third"
check "dkms install leaves it out, status 77" left_out "$third"
mkdir -p "$root/lib/modules/9.9.9-none/build/include/config"
: >"$root/lib/modules/9.9.9-none/build/Makefile"
echo CONFIG_X86_64=y >"$root/lib/modules/9.9.9-none/build/include/config/auto.conf"
check "a kernel without kvm-intel as a module is passed over in silence" passed_over 9.9.9-none
rm -rf "$root/lib/modules/9.9.9-none"

# --- the source comes after the headers ---

say "removing the source, and installing the headers of kernel $second again"
series=$(echo "$version" | cut -d . -f 1,2)
inside dpkg --force-depends --remove "linux-source-$series" >>"$log" 2>&1 || :
inside dkms remove -m kvm-hvtimer -v "$VERSION" -k "$second" >>"$log" 2>&1 || :
# apt would first ask for the missing dependency.
check "headers without a source install" \
	inside dpkg -i "/var/cache/apt/archives/linux-headers-${second}_${version}_amd64.deb"
keep
check "and it is said which package is missing" \
	said "nothing built for kernel $(literal "$second"): the source .* is missing: install $(literal "linux-source-$series=$version")"
check "nothing of ours is there" has_not "$second"
check "and the distribution's module is chosen" has_stock "$second"
check "the source installs" apt --fix-broken install "linux-source-$series"
check "and the module is built then" has "$second"

# --- a kernel whose source is refused ---

say "a kernel whose source is refused"
probe=$root/usr/src/kvm-hvtimer-$VERSION/vmx/cocci/shape.cocci
mv "$probe" "$work/shape.cocci"
sed 's/hv_timer/no_such_thing/g' "$work/shape.cocci" >"$probe"
inside dkms remove -m kvm-hvtimer -v "$VERSION" -k "$second" >>"$log" 2>&1 || :
check "a kernel that can't be built for installs" apt --reinstall install "linux-headers-$second"
keep
check "and it is said why" said "nothing built for kernel $(literal "$second"), which goes on with the distribution's kvm_intel: [a-z]"
check "dpkg has nothing left to do then either" configured

# What DKMS's own hook does here is why the package has its own (debian/rules).
conf=$root/usr/src/kvm-hvtimer-$VERSION/dkms.conf
cp "$conf" "$work/dkms.conf"
echo 'AUTOINSTALL="yes"' >>"$conf"
check "with AUTOINSTALL in dkms.conf such a kernel's headers do not install" fails apt --reinstall install "linux-headers-$second"
check "and dpkg is left with packages to configure" fails configured
mv "$work/dkms.conf" "$conf"
check "without it they are" inside dpkg --configure -a
mv "$work/shape.cocci" "$probe"
