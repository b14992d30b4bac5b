#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# What the source makes a difference to: the pin controls, vmcs02, soft-disabling, off.
# make guarantees TOGGLED=1 has it all.
TOGGLED=1 SCENES="run off" TIMERS=10000 exec "$top/scripts/run" guarantees
