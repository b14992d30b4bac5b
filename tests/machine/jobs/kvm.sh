# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For whatever runs in the test machine, or in its Linux guest as an L1: KVM, from the modules that it came with.

# load_kvm: kvm.ko, if it is not there yet. irqbypass.ko is not there where the kernel has it built in.
load_kvm()
{
	[ ! -e /sys/module/kvm ] || return 0
	[ ! -e /modules/irqbypass.ko ] || insmod /modules/irqbypass.ko || return
	insmod /modules/kvm.ko
}
