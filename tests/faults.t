#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# A part of it: all takes a quarter of an hour.
SEED=1 SCENES="cpus memory four eight costs" exec "$top/scripts/run" faults
