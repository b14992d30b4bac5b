/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands that swap have of a swap. */
#ifndef KVM_HVTIMER_SWAP_H
#define KVM_HVTIMER_SWAP_H

#include "kvm-hvtimer.h"

/* What is written down, what is loaded, and the distribution's file, as of start_swap(). */
extern struct state state;
extern struct loaded loaded;
extern const char *stock;

bool start_swap(void);
struct setting setting(const char *file, const struct list *given);
void refuse_users(void);
void swap(const struct setting *to, const struct setting *back, bool temporary);

#endif /* KVM_HVTIMER_SWAP_H */
