# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # variables of machine; flags are words
#
# Finds and starts QEMU as the test machine, by KVM with nested VMX, with the CPU of the host. With
# MACHINE=nested that host is a Bochs. ./bochs.sh has the same functions for Bochs.

# find_emulator: set $emulator from QEMU.
find_emulator()
{
	[ $MACHINE = qemu ] || QEMU=$here/nested/qemu
	: "${QEMU:=qemu-system-x86_64}"
	emulator=$(command -v "$QEMU") || die "cannot start '$QEMU': install qemu-system-x86, or set QEMU to one that is there"
	emulator=$(absolute "$emulator")
}

# The timer is the host CPU's, and can't be chosen.
has_timer_models()
{
	false
}

# Posted interrupts are the host CPU's, and are not asked for.
has_posted_interrupts()
{
	false
}

# use_timer_models: refuse the options that only Bochs has.
use_timer_models()
{
	[ -z "$rate$emr158$model$ips" ] ||
		die "MACHINE=$MACHINE has the host's CPU and timer: --model, --ips, --timer-rate and --emr158 need MACHINE=bochs"
	[ -z "$terminal" ] || die "MACHINE=$MACHINE has one serial port: --terminal needs MACHINE=bochs"
	[ -z "$disk" ] || die "MACHINE=$MACHINE has no disk: --disk needs MACHINE=bochs"
}

# QEMU loads the kernel itself.
find_loader()
{
	:
}

# The options are the same for each build of QEMU.
what_build()
{
	:
}

# configure: with MACHINE=nested, tell ./nested/qemu what Bochs boots, and allow four times the
# time.
configure()
{
	[ $MACHINE = nested ] || return 0
	NESTED_KERNEL=$kernel NESTED_MODULES=$modules NESTED_OUT=$out/nested
	export NESTED_KERNEL NESTED_MODULES NESTED_OUT
	limit=$((limit * 4)) silence=$((silence * 4))
}

# start_emulator: start it in the background as process $pid. Its console is written to $console.
start_emulator()
{
	# microvm with qboot boots fastest. The options give it the devices of a PC.
	(cd "$out" && exec setsid setpriv --pdeathsig KILL "$emulator" -enable-kvm -cpu host -smp "$cpus" -m "$megs" \
		-nodefaults -no-user-config -no-reboot -display none -bios qboot.rom \
		-machine microvm,kernel-irqchip=on,isa-serial=on,pit=on,pic=on,rtc=on \
		-kernel iso/vmlinuz -initrd iso/initrd -append "$append" -serial file:console.txt) >"$out/emulator.out" 2>&1 </dev/null &
	pid=$!
	its_log=
}
