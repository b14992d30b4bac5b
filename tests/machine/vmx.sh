# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Checks MACHINE=. Needs die() of scripts/common.sh.

# no_vmx: print why KVM can't run the test machine here, or nothing if it can.
no_vmx()
{
	nested=$(cat /sys/module/kvm_intel/parameters/nested 2>/dev/null) || :
	if ! grep -qw vmx /proc/cpuinfo; then
		echo "this CPU shows no VMX (no vmx in /proc/cpuinfo)"
	elif ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
		echo "/dev/kvm is not there, or not yours: load kvm_intel, or join the group kvm"
	elif [ "$nested" != Y ] && [ "$nested" != 1 ]; then
		echo "KVM gives its guests no VMX: load kvm_intel with nested=1"
	fi
}

# check_machine: set MACHINE if it is empty. Refuse an unknown one, and one that this host can't
# run.
check_machine()
{
	case ${MACHINE:=bochs} in
	bochs | nested) ;;
	qemu)
		why=$(no_vmx)
		[ -z "$why" ] || die "MACHINE=qemu: $why; without MACHINE= the test machine is Bochs" ;;
	*) die "MACHINE=$MACHINE is unknown: name bochs, qemu or nested" ;;
	esac
}
