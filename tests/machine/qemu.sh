# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # of and for machine; flags
#
# The test machine is QEMU, by KVM with nested VMX, with the CPU of the host. For MACHINE=nested, "the host" is the test machine that
# Bochs is. It has the same functions as ./bochs.sh.

# find_emulator: set $emulator from QEMU.
find_emulator()
{
	[ $MACHINE = qemu ] || QEMU=$here/nested/qemu
	: "${QEMU:=qemu-system-x86_64}"
	emulator=$(command -v "$QEMU") || die "cannot start '$QEMU': install qemu-system-x86, or set QEMU to one that is there"
	emulator=$(absolute "$emulator")
}

has_timer_models()
{
	false
}

use_timer_models()
{
	[ -z "$rate$emr158$model$ips" ] ||
		die "MACHINE=$MACHINE has the host's CPU and timer: --model, --ips, --timer-rate and --emr158 are Bochs's"
	[ -z "$terminal" ] || die "MACHINE=$MACHINE has one serial port: --terminal is Bochs's"
	[ -z "$disk" ] || die "MACHINE=$MACHINE has no disk: --disk is Bochs's"
}

find_loader()
{
	:
}

what_build()
{
	:
}

# configure: tell ./nested/qemu what to boot, and allow more time for it.
configure()
{
	[ $MACHINE = nested ] || return 0
	NESTED_KERNEL=$kernel NESTED_MODULES=$modules NESTED_OUT=$out/nested
	export NESTED_KERNEL NESTED_MODULES NESTED_OUT
	limit=$((limit * 4)) silence=$((silence * 4))
}

# start_emulator: in the background; its process is $pid, and the machine's console goes to $console.
start_emulator()
{
	# microvm with its small firmware boots fastest. Its devices are still those of a PC.
	(cd "$out" && exec setsid setpriv --pdeathsig KILL "$emulator" -enable-kvm -cpu host -smp "$cpus" -m "$megs" \
		-nodefaults -no-user-config -no-reboot -display none -bios qboot.rom \
		-machine microvm,kernel-irqchip=on,isa-serial=on,pit=on,pic=on,rtc=on \
		-kernel iso/vmlinuz -initrd iso/initrd -append "$append" -serial file:console.txt) >"$out/emulator.out" 2>&1 </dev/null &
	pid=$!
	its_log=
}
