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
