#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck source=tests/part.sh
. "${0%/*}/part.sh"
# 50 by themselves.
SWAPS=10 exec "$top/tests/swap"
