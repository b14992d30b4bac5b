# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # top and kver are of those that source this and of kernel.sh
# The built module as it goes to a host: by make install, or in a package. Sourced after kernel.sh.

# only_product WORD: only the product goes to a host, never a variant or a build for measuring.
only_product()
{
	[ "${VARIANT:-always-on}" = always-on ] ||
		die "VARIANT=$VARIANT is for measuring and is not $1: leave VARIANT= out"
	[ -z "${COUNT:-}${SOFT:-}${TOGGLED:-}" ] ||
		die "a build with COUNT=, SOFT= or TOGGLED= is for measuring and is not $1: leave them out"
}

# put_module FOLDER: the built module of kernel $kver there, as kvm-intel.ko.
put_module()
{
	built=$top/build/always-on/$kver/kvm-intel.ko
	[ -e "$built" ] || die "there is no module for kernel $kver yet: make KVER=$kver"
	[ "$(modinfo -F variant "$built")" = always-on ] ||
		die "$built is of variant $(modinfo -F variant "$built") and is not installed: make KVER=$kver"
	# Whatever the umask is: modinfo and kvm-hvtimer status are for everybody.
	umask 022
	mkdir -p "$1"
	# Debugging information is 9 of 10 MB. A signature is of the whole file.
	if [ -n "$(modinfo -F sig_id "$built")" ]; then
		cp "$built" "$1/.kvm-intel.ko.new"
	else
		need strip binutils
		strip -g -o "$1/.kvm-intel.ko.new" "$built"
	fi || die "the module can't be copied to $1 (is the disk full?)"
	chmod 644 "$1/.kvm-intel.ko.new"
	mv "$1/.kvm-intel.ko.new" "$1/kvm-intel.ko"
}
