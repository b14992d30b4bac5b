#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# The other scenes need the emulator of make emulator: they are in tests/cpus.t.
SCENES="run off events reasons path l1" exec "$top/scripts/run" guarantees
