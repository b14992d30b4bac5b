/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vCPU that never runs and has a Hyper-V SynIC. While one of its interrupts ends by itself
 * (AutoEOI), KVM inhibits APICv in the whole machine (TLFS, "Synthetic Interrupt Controller";
 * KVM's synic_update_vector(), since 5.15). Each change makes KVM refresh the controls of the
 * vCPU that runs.
 */
#ifndef APICV_H
#define APICV_H

#include <stdint.h>

#include "machine.h"

/* Inhibits APICv and allows it again in turn, every @interval microseconds, by vCPU 1. */
void apicv_start(struct machine *m, unsigned int interval);

/* Ends that. Returns the number of changes. */
uint64_t apicv_stop(void);

#endif
