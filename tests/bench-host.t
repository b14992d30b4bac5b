#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
exec "$top/tests/bench/host"
