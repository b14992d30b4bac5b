/* SPDX-License-Identifier: GPL-2.0-only */
/* What load, unload and restore share. */
#ifndef KVM_HVTIMER_SWAP_H
#define KVM_HVTIMER_SWAP_H

#include "kvm-hvtimer.h"

/* start_swap() sets these: the state file, what is loaded, and the distribution's file. */
extern struct state state;
extern struct loaded loaded;
extern const char *stock;

bool start_swap(void);
struct setting setting(const char *file, const struct list *given);
void refuse_users(void);
void swap(const struct setting *to, const struct setting *back, bool temporary);

#endif /* KVM_HVTIMER_SWAP_H */
