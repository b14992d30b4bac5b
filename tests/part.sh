# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Sourced by tests/NAME.t: installs the packages, and sets the kernel that all tests are for,
# the distribution's cloud kernel, whatever the environment says.
set -eu
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/common.sh
. "$top/scripts/common.sh"
# shellcheck source=scripts/kernel.sh
. "$top/scripts/kernel.sh"

"$top/scripts/deps" build cloud host test
VERSION=$(sed -n 's/^VERSION := //p' "$top/Makefile")
KVER=$(cloud_kver)
unset KDIR KSRC KIMAGE VARIANT COUNT SOFT TOGGLED SCENES TIMERS CASES SUITE SUITES MACHINE
export VERSION KVER
