/* SPDX-License-Identifier: GPL-2.0-only */
/* The payload as a part of the VMM, see image.S. */
#ifndef IMAGE_H
#define IMAGE_H

extern const char payload_start[], payload_end[];

#endif
