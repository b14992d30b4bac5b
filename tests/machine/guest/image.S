/* SPDX-License-Identifier: GPL-2.0-only */
/* The payload as a part of the VMM. The Makefile says where payload.bin is. */
	.section .rodata
	.globl payload_start, payload_end
payload_start:
	.incbin "payload.bin"
payload_end:

	.section .note.GNU-stack, "", @progbits
