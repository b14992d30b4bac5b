#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# All suites where their roots are made already, else the oldest and the newest of those
# that matter most.
unset KVER
roots=$cache/roots
SUITES="sid bookworm"
if [ -d "$roots/bullseye" ] && [ -d "$roots/trixie/lib/modules" ]; then
	SUITES="$SUITES trixie bullseye"
fi
# One at a time, for another test runs beside it.
JOBS=1
export SUITES JOBS
exec "$top/scripts/matrix"
