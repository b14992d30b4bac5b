/* SPDX-License-Identifier: GPL-2.0-only */
/* The proofs define no trace events. */
