# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # of ./input
# Sourced by ./input: what the test machine and its programs refuse.

mkdir -p "$work/noname"
printf '#!/bin/sh\nexit 1\n' >"$work/noname/unshare"
chmod +x "$work/noname/unshare"
refused "no network namespace for the emulator's display" "would listen on all addresses" \
	env BOCHS_DISPLAY=rfb PATH="$work/noname:$PATH" tests/machine/machine --kernel "$work/text" --modules "$work/empty" \
	--job tests/machine/jobs/steps --out "$work/host"
refused "no emulator" "/nonexistent" env BOCHS=/nonexistent \
	tests/machine/run --kernel "$work/text" --modules "$work/empty" --out "$work/host"

refused "an unknown test machine" "MACHINE=xen is unknown: name bochs, qemu or nested" env MACHINE=xen scripts/run
refused "another test machine for what needs Bochs" "MACHINE=nested is for make run" env MACHINE=nested scripts/run guarantees
if grep -qw vmx /proc/cpuinfo; then
	skip "QEMU as the test machine on a CPU without VMX: this one has it"
else
	refused "QEMU as the test machine on a CPU without VMX" "this CPU shows no VMX" env MACHINE=qemu scripts/run
fi

refused "a disk that is not there" "cannot write the disk '/nonexistent' (--disk)" \
	tests/machine/machine --kernel "$work/text" --modules "$work/empty" --job tests/machine/jobs/steps \
	--out "$work/host" --disk /nonexistent
refused "debug-host with a build folder" "name its source by KSRC=, and leave KDIR= and KVER= out" \
	env KDIR="$work/target" scripts/debug-host
refused "debug-host of a source that is not there" "KSRC=/nonexistent does not exist" \
	env -u KVER -u KDIR KSRC=/nonexistent scripts/debug-host
refused "unit-tests without their source" "name a folder with the source of kvm-unit-tests" \
	env -u KUT tests/unit-tests/run
refused "unit-tests of another folder" "is no source of kvm-unit-tests" env KUT="$work/empty" tests/unit-tests/run
