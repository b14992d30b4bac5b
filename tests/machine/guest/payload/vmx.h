/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small hypervisor with one guest: the payload is L1, and its guest is L2. L2
 * shares L1's page tables, segments and interrupt table, and has a stack of its
 * own. It runs with interrupts on, and all of them are L1's.
 *
 * The numbers are the SDM's, volume 3: appendix A (capabilities), B (fields of
 * the VMCS) and C (exit reasons), and the chapter on VMX controls.
 */
#ifndef VMX_H
#define VMX_H

#include "payload.h"

#define MSR_VMX_BASIC		0x480
#define MSR_VMX_PIN_CONTROLS	0x481
#define MSR_VMX_CPU_CONTROLS	0x482
#define MSR_VMX_EXIT_CONTROLS	0x483
#define MSR_VMX_ENTRY_CONTROLS	0x484
#define MSR_VMX_MISC		0x485
#define MSR_VMX_TRUE_PIN_CONTROLS	0x48d

#define PIN_EXTERNAL_INTERRUPT	(1u << 0)
#define PIN_NMI			(1u << 3)
#define PIN_VIRTUAL_NMIS	(1u << 5)
#define PIN_PREEMPTION_TIMER	(1u << 6)
#define PIN_POSTED_INTERRUPTS	(1u << 7)
#define CPU_IO			(1u << 24)
#define EXIT_TO_64_BIT		(1u << 9)
#define ENTRY_TO_64_BIT		(1u << 9)

#define MISC_TIMER_RATE		0x1f

enum vmcs_field {
	GUEST_ES_SELECTOR	= 0x0800,
	GUEST_CS_SELECTOR	= 0x0802,
	GUEST_SS_SELECTOR	= 0x0804,
	GUEST_DS_SELECTOR	= 0x0806,
	GUEST_FS_SELECTOR	= 0x0808,
	GUEST_GS_SELECTOR	= 0x080a,
	GUEST_LDTR_SELECTOR	= 0x080c,
	GUEST_TR_SELECTOR	= 0x080e,

	HOST_ES_SELECTOR	= 0x0c00,
	HOST_CS_SELECTOR	= 0x0c02,
	HOST_SS_SELECTOR	= 0x0c04,
	HOST_DS_SELECTOR	= 0x0c06,
	HOST_FS_SELECTOR	= 0x0c08,
	HOST_GS_SELECTOR	= 0x0c0a,
	HOST_TR_SELECTOR	= 0x0c0c,

	VMCS_LINK_POINTER	= 0x2800,
	GUEST_DEBUGCTL		= 0x2802,

	PIN_CONTROLS		= 0x4000,
	CPU_CONTROLS		= 0x4002,
	EXCEPTION_BITMAP	= 0x4004,
	PAGE_FAULT_MASK		= 0x4006,
	PAGE_FAULT_MATCH	= 0x4008,
	CR3_TARGET_COUNT	= 0x400a,
	EXIT_CONTROLS		= 0x400c,
	EXIT_MSR_STORE_COUNT	= 0x400e,
	EXIT_MSR_LOAD_COUNT	= 0x4010,
	ENTRY_CONTROLS		= 0x4012,
	ENTRY_MSR_LOAD_COUNT	= 0x4014,
	ENTRY_INTERRUPTION	= 0x4016,

	INSTRUCTION_ERROR	= 0x4400,
	EXIT_REASON		= 0x4402,
	EXIT_INSTRUCTION_LENGTH	= 0x440c,

	GUEST_ES_LIMIT		= 0x4800,
	GUEST_CS_LIMIT		= 0x4802,
	GUEST_SS_LIMIT		= 0x4804,
	GUEST_DS_LIMIT		= 0x4806,
	GUEST_FS_LIMIT		= 0x4808,
	GUEST_GS_LIMIT		= 0x480a,
	GUEST_LDTR_LIMIT	= 0x480c,
	GUEST_TR_LIMIT		= 0x480e,
	GUEST_GDTR_LIMIT	= 0x4810,
	GUEST_IDTR_LIMIT	= 0x4812,
	GUEST_ES_RIGHTS		= 0x4814,
	GUEST_CS_RIGHTS		= 0x4816,
	GUEST_SS_RIGHTS		= 0x4818,
	GUEST_DS_RIGHTS		= 0x481a,
	GUEST_FS_RIGHTS		= 0x481c,
	GUEST_GS_RIGHTS		= 0x481e,
	GUEST_LDTR_RIGHTS	= 0x4820,
	GUEST_TR_RIGHTS		= 0x4822,
	GUEST_INTERRUPTIBILITY	= 0x4824,
	GUEST_ACTIVITY		= 0x4826,
	GUEST_SYSENTER_CS	= 0x482a,
	PREEMPTION_TIMER_VALUE	= 0x482e,

	HOST_SYSENTER_CS	= 0x4c00,

	CR0_MASK		= 0x6000,
	CR4_MASK		= 0x6002,
	CR0_SHADOW		= 0x6004,
	CR4_SHADOW		= 0x6006,

	GUEST_CR0		= 0x6800,
	GUEST_CR3		= 0x6802,
	GUEST_CR4		= 0x6804,
	GUEST_ES_BASE		= 0x6806,
	GUEST_CS_BASE		= 0x6808,
	GUEST_SS_BASE		= 0x680a,
	GUEST_DS_BASE		= 0x680c,
	GUEST_FS_BASE		= 0x680e,
	GUEST_GS_BASE		= 0x6810,
	GUEST_LDTR_BASE		= 0x6812,
	GUEST_TR_BASE		= 0x6814,
	GUEST_GDTR_BASE		= 0x6816,
	GUEST_IDTR_BASE		= 0x6818,
	GUEST_DR7		= 0x681a,
	GUEST_RSP		= 0x681c,
	GUEST_RIP		= 0x681e,
	GUEST_RFLAGS		= 0x6820,
	GUEST_PENDING_DEBUG	= 0x6822,
	GUEST_SYSENTER_ESP	= 0x6824,
	GUEST_SYSENTER_EIP	= 0x6826,

	HOST_CR0		= 0x6c00,
	HOST_CR3		= 0x6c02,
	HOST_CR4		= 0x6c04,
	HOST_FS_BASE		= 0x6c06,
	HOST_GS_BASE		= 0x6c08,
	HOST_TR_BASE		= 0x6c0a,
	HOST_GDTR_BASE		= 0x6c0c,
	HOST_IDTR_BASE		= 0x6c0e,
	HOST_SYSENTER_ESP	= 0x6c10,
	HOST_SYSENTER_EIP	= 0x6c12,
	HOST_RSP		= 0x6c14,
	HOST_RIP		= 0x6c16,
};

enum vmx_exit {
	EXIT_EXTERNAL_INTERRUPT	= 1,
	EXIT_CPUID		= 10,
	EXIT_VMCALL		= 18,
	EXIT_IO			= 30,
	EXIT_MSR_WRITE		= 32,
	EXIT_PREEMPTION_TIMER	= 52,

	EXIT_NONE		= 0xffff,	/* not the SDM's: the VM entry failed */
};

/**
 * vmx_start() - enter VMX operation and fill the VMCS, except for L2's code
 * @s: gets the problem if this is not possible, and the count of failures
 *
 * Return: whether L2 can be entered.
 */
bool vmx_start(struct shared *s);

/**
 * vmx_prepare() - let the next VM entry begin a function in L2
 * @code: the function, which must not return
 *
 * L2 is active then, with an empty stack.
 */
void vmx_prepare(void (*code)(void));

/**
 * vmx_enter() - run L2 until its next exit
 *
 * Must be called with interrupts off.
 *
 * Return: the exit reason, or EXIT_NONE if the VM entry failed.
 */
uint32_t vmx_enter(void);

/* Ends L2's work: always an exit to L1. */
static inline void vmcall(void)
{
	asm volatile("vmcall" : : : "memory");
}

/* An L2 that does nothing but CPUID. */
void l2_cpuid(void);

/* Lets L2 go on after the instruction that was the reason for the exit. */
void vmx_skip_instruction(void);

/* Executes in L1 the WRMSR that was the reason for the exit. */
void vmx_write_msr(void);

/* Returns the controls @wanted, plus those that must be on, minus those that can't be. */
uint32_t vmx_allowed(uint32_t capability_msr, uint32_t wanted);

uint64_t vmcs_read(enum vmcs_field field);
void vmcs_write(enum vmcs_field field, uint64_t value);

#endif
