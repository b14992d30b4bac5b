/* SPDX-License-Identifier: GPL-2.0-only */
/* What the unit needs of the SDM's encodings, for the proofs. */
#ifndef PROOFS_ASM_VMX_H
#define PROOFS_ASM_VMX_H

#define PIN_BASED_VM_EXEC_CONTROL	0x4000
#define VMX_PREEMPTION_TIMER_VALUE	0x482e
#define PIN_BASED_VMX_PREEMPTION_TIMER	0x40U

#endif /* PROOFS_ASM_VMX_H */
