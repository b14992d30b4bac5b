/* SPDX-License-Identifier: GPL-2.0-only */
/* What the trace events' headers include; their conditions are not looked at. */
