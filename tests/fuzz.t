#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# A quarter of the cases that there are by themselves.
SEED=1 CASES=5000 exec "$top/tests/fuzz/run"
