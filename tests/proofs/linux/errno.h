/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's error numbers, for the proofs. */
#ifndef PROOFS_LINUX_ERRNO_H
#define PROOFS_LINUX_ERRNO_H

#define ERANGE	34

#endif /* PROOFS_LINUX_ERRNO_H */
