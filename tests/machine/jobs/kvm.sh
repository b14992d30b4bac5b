# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Loads KVM's modules, in the test machine and in its Linux guest.

# load_kvm: load kvm.ko, unless it is loaded. A kernel with irqbypass built in has no irqbypass.ko.
load_kvm()
{
	[ ! -e /sys/module/kvm ] || return 0
	[ ! -e /modules/irqbypass.ko ] || insmod /modules/irqbypass.ko || return
	insmod /modules/kvm.ko
}
