/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's types, for the proofs. */
#ifndef PROOFS_LINUX_TYPES_H
#define PROOFS_LINUX_TYPES_H

#include <stdbool.h>

typedef unsigned int u32;
typedef unsigned long long u64;

#define s128	__int128_t
#define u128	__uint128_t

#define U64_MAX	(~0ULL)

#endif /* PROOFS_LINUX_TYPES_H */
