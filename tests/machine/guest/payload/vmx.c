// SPDX-License-Identifier: GPL-2.0-only
/* VMX operation, the one VMCS, and the way into L2 and back. */
#include "vmx.h"

#define CPUID_1_ECX_VMX		(1u << 5)
#define CR4_VMXE		(1u << 13)
#define RFLAGS_RESERVED		0x2
#define RFLAGS_IF		(1u << 9)
#define DR7_RESERVED		0x400

#define MSR_FEATURE_CONTROL	0x3a
#define FEATURE_LOCKED		(1u << 0)
#define FEATURE_VMX		(1u << 2)

#define RIGHTS_CODE		0xa09b	/* present, 64-bit, ring 0, granular */
#define RIGHTS_DATA		0xc093	/* present, writable, ring 0, granular */
#define RIGHTS_TSS		0x8b	/* present, 64-bit, busy */
#define RIGHTS_UNUSABLE		0x10000

static struct shared *results;

/* RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8 to R15, in the order of l2_switch(). */
static uint64_t l2_registers[15] __attribute__((used));
static uint64_t l1_stack __attribute__((used));

/*
 * Saves L1's registers on its stack, loads L2's and enters L2. The exit goes to
 * l2_exit (HOST_RIP), which does the reverse. VM entry and exit load RSP and
 * RFLAGS. Returns 1 if the VM entry failed, otherwise 0.
 */
__attribute__((naked, noipa))
static uint64_t l2_switch(uint64_t launched __attribute__((unused)))
{
	asm("push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n\t"
	    "mov %rsp, l1_stack\n\t"
	    "test %rdi, %rdi\n\t"
	    /* MOV keeps the flags of TEST, for the jump below. */
	    "mov l2_registers + 0x00, %rax\n\t"
	    "mov l2_registers + 0x08, %rbx\n\t"
	    "mov l2_registers + 0x10, %rcx\n\t"
	    "mov l2_registers + 0x18, %rdx\n\t"
	    "mov l2_registers + 0x20, %rsi\n\t"
	    "mov l2_registers + 0x28, %rdi\n\t"
	    "mov l2_registers + 0x30, %rbp\n\t"
	    "mov l2_registers + 0x38, %r8\n\t"
	    "mov l2_registers + 0x40, %r9\n\t"
	    "mov l2_registers + 0x48, %r10\n\t"
	    "mov l2_registers + 0x50, %r11\n\t"
	    "mov l2_registers + 0x58, %r12\n\t"
	    "mov l2_registers + 0x60, %r13\n\t"
	    "mov l2_registers + 0x68, %r14\n\t"
	    "mov l2_registers + 0x70, %r15\n\t"
	    "jnz 1f\n\t"
	    "vmlaunch\n\t"
	    "jmp 2f\n"
	    "1:\n\t"
	    "vmresume\n"
	    "2:\n\t"
	    /* Only a failure comes here. */
	    "mov $1, %eax\n\t"
	    "jmp 3f\n"
	    "l2_exit:\n\t"
	    "mov %rax, l2_registers + 0x00\n\t"
	    "mov %rbx, l2_registers + 0x08\n\t"
	    "mov %rcx, l2_registers + 0x10\n\t"
	    "mov %rdx, l2_registers + 0x18\n\t"
	    "mov %rsi, l2_registers + 0x20\n\t"
	    "mov %rdi, l2_registers + 0x28\n\t"
	    "mov %rbp, l2_registers + 0x30\n\t"
	    "mov %r8, l2_registers + 0x38\n\t"
	    "mov %r9, l2_registers + 0x40\n\t"
	    "mov %r10, l2_registers + 0x48\n\t"
	    "mov %r11, l2_registers + 0x50\n\t"
	    "mov %r12, l2_registers + 0x58\n\t"
	    "mov %r13, l2_registers + 0x60\n\t"
	    "mov %r14, l2_registers + 0x68\n\t"
	    "mov %r15, l2_registers + 0x70\n\t"
	    "xor %eax, %eax\n"
	    "3:\n\t"
	    "mov l1_stack, %rsp\n\t"
	    "pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n\t"
	    "ret");
}

static uint64_t l2_exit_address(void)
{
	uint64_t address;

	asm("mov $l2_exit, %0" : "=r"(address));
	return address;
}

/* A VMX instruction that fails sets CF, or ZF and an error number in the VMCS. */
static bool succeeded(bool failed)
{
	if (failed)
		results->vmfails++;
	return !failed;
}

static bool begin_operation(uint64_t region)
{
	bool failed;

	asm volatile("vmxon %1" : "=@ccbe"(failed) : "m"(region) : "memory");
	return succeeded(failed);
}

static bool clear_vmcs(uint64_t region)
{
	bool failed;

	asm volatile("vmclear %1" : "=@ccbe"(failed) : "m"(region) : "memory");
	return succeeded(failed);
}

static bool load_vmcs(uint64_t region)
{
	bool failed;

	asm volatile("vmptrld %1" : "=@ccbe"(failed) : "m"(region) : "memory");
	return succeeded(failed);
}

uint64_t vmcs_read(enum vmcs_field field)
{
	uint64_t value = 0, number = field;
	bool failed;

	asm volatile("vmread %2, %1" : "=@ccbe"(failed), "+r"(value) : "r"(number) : "memory");
	succeeded(failed);
	return value;
}

void vmcs_write(enum vmcs_field field, uint64_t value)
{
	uint64_t number = field;
	bool failed;

	asm volatile("vmwrite %1, %2" : "=@ccbe"(failed) : "r"(value), "r"(number) : "memory");
	succeeded(failed);
}

uint32_t vmx_allowed(uint32_t capability_msr, uint32_t wanted)
{
	uint64_t capability = rdmsr(capability_msr);
	uint32_t on = capability, possible = capability >> 32;

	return (wanted | on) & possible;
}

/* Writes a segment register's fields. Those of the next one are two numbers further. */
static void write_segment(int number, uint64_t selector, uint64_t limit, uint64_t rights)
{
	vmcs_write(GUEST_ES_SELECTOR + 2 * number, selector);
	vmcs_write(GUEST_ES_LIMIT + 2 * number, limit);
	vmcs_write(GUEST_ES_RIGHTS + 2 * number, rights);
	vmcs_write(GUEST_ES_BASE + 2 * number, 0);
}

static void write_controls(void)
{
	vmcs_write(PIN_CONTROLS, vmx_allowed(MSR_VMX_PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT));
	vmcs_write(CPU_CONTROLS, vmx_allowed(MSR_VMX_CPU_CONTROLS, CPU_IO));
	vmcs_write(EXIT_CONTROLS, vmx_allowed(MSR_VMX_EXIT_CONTROLS, EXIT_TO_64_BIT));
	vmcs_write(ENTRY_CONTROLS, vmx_allowed(MSR_VMX_ENTRY_CONTROLS, ENTRY_TO_64_BIT));
	vmcs_write(EXCEPTION_BITMAP, 0);
	vmcs_write(PAGE_FAULT_MASK, 0);
	vmcs_write(PAGE_FAULT_MATCH, 0);
	vmcs_write(CR3_TARGET_COUNT, 0);
	vmcs_write(EXIT_MSR_STORE_COUNT, 0);
	vmcs_write(EXIT_MSR_LOAD_COUNT, 0);
	vmcs_write(ENTRY_MSR_LOAD_COUNT, 0);
	vmcs_write(ENTRY_INTERRUPTION, 0);
	vmcs_write(CR0_MASK, 0);
	vmcs_write(CR4_MASK, 0);
	vmcs_write(CR0_SHADOW, 0);
	vmcs_write(CR4_SHADOW, 0);
	vmcs_write(VMCS_LINK_POINTER, ~0ull);
}

/* L1 and L2 have the same control registers. */
static void write_control_registers(void)
{
	uint64_t cr0, cr3, cr4;

	asm volatile("mov %%cr0, %0" : "=r"(cr0));
	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	vmcs_write(HOST_CR0, cr0);
	vmcs_write(HOST_CR3, cr3);
	vmcs_write(HOST_CR4, cr4);
	vmcs_write(GUEST_CR0, cr0);
	vmcs_write(GUEST_CR3, cr3);
	vmcs_write(GUEST_CR4, cr4);
}

static void write_host_state(void)
{
	vmcs_write(HOST_ES_SELECTOR, DATA_SELECTOR);
	vmcs_write(HOST_CS_SELECTOR, CODE_SELECTOR);
	vmcs_write(HOST_SS_SELECTOR, DATA_SELECTOR);
	vmcs_write(HOST_DS_SELECTOR, DATA_SELECTOR);
	vmcs_write(HOST_FS_SELECTOR, DATA_SELECTOR);
	vmcs_write(HOST_GS_SELECTOR, DATA_SELECTOR);
	vmcs_write(HOST_TR_SELECTOR, TSS_SELECTOR);
	vmcs_write(HOST_FS_BASE, 0);
	vmcs_write(HOST_GS_BASE, 0);
	vmcs_write(HOST_TR_BASE, 0);
	vmcs_write(HOST_GDTR_BASE, GDT_BASE);
	vmcs_write(HOST_IDTR_BASE, idt_base());
	vmcs_write(HOST_SYSENTER_CS, 0);
	vmcs_write(HOST_SYSENTER_ESP, 0);
	vmcs_write(HOST_SYSENTER_EIP, 0);
	/* l2_exit uses no stack until it has loaded the one of l2_switch(). */
	vmcs_write(HOST_RSP, SHARED_BASE);
	vmcs_write(HOST_RIP, l2_exit_address());
}

static void write_guest_state(void)
{
	enum { ES, CS, SS, DS, FS, GS, LDTR, TR };

	write_segment(ES, DATA_SELECTOR, 0xffffffff, RIGHTS_DATA);
	write_segment(CS, CODE_SELECTOR, 0xffffffff, RIGHTS_CODE);
	write_segment(SS, DATA_SELECTOR, 0xffffffff, RIGHTS_DATA);
	write_segment(DS, DATA_SELECTOR, 0xffffffff, RIGHTS_DATA);
	write_segment(FS, DATA_SELECTOR, 0xffffffff, RIGHTS_DATA);
	write_segment(GS, DATA_SELECTOR, 0xffffffff, RIGHTS_DATA);
	write_segment(LDTR, 0, 0, RIGHTS_UNUSABLE);
	write_segment(TR, TSS_SELECTOR, 0x67, RIGHTS_TSS);
	vmcs_write(GUEST_GDTR_BASE, GDT_BASE);
	vmcs_write(GUEST_GDTR_LIMIT, 0xffff);
	vmcs_write(GUEST_IDTR_BASE, idt_base());
	vmcs_write(GUEST_IDTR_LIMIT, 0xffff);
	vmcs_write(GUEST_SYSENTER_CS, 0);
	vmcs_write(GUEST_SYSENTER_ESP, 0);
	vmcs_write(GUEST_SYSENTER_EIP, 0);
	vmcs_write(GUEST_DEBUGCTL, 0);
	vmcs_write(GUEST_DR7, DR7_RESERVED);
	vmcs_write(GUEST_PENDING_DEBUG, 0);
}

static bool refuse(struct shared *s, const char *problem)
{
	char *to = s->problem;

	while (*problem)
		*to++ = *problem++;
	return false;
}

/* KVM leaves IA32_FEATURE_CONTROL to the firmware. Without one, the payload sets it. */
static bool vmx_on(struct shared *s)
{
	uint64_t cr4, feature;

	if (!(cpuid_ecx(1) & CPUID_1_ECX_VMX))
		return refuse(s, "no-vmx");

	feature = rdmsr(MSR_FEATURE_CONTROL);
	if (!(feature & FEATURE_LOCKED))
		wrmsr(MSR_FEATURE_CONTROL, feature | FEATURE_LOCKED | FEATURE_VMX);
	else if (!(feature & FEATURE_VMX))
		return refuse(s, "vmx-locked-out");

	asm volatile("mov %%cr4, %0" : "=r"(cr4));
	asm volatile("mov %0, %%cr4" : : "r"(cr4 | CR4_VMXE));
	*(uint32_t *)VMXON_BASE = rdmsr(MSR_VMX_BASIC);
	return begin_operation(s->base + VMXON_BASE) || refuse(s, "vmxon-fails");
}

bool vmx_start(struct shared *s)
{
	results = s;
	if (!vmx_on(s))
		return false;

	*(uint32_t *)VMCS_BASE = rdmsr(MSR_VMX_BASIC);
	if (!clear_vmcs(s->base + VMCS_BASE) || !load_vmcs(s->base + VMCS_BASE))
		return refuse(s, "no-vmcs");

	write_controls();
	write_control_registers();
	write_host_state();
	write_guest_state();
	return !s->vmfails || refuse(s, "vmwrite-fails");
}

void vmx_prepare(void (*code)(void))
{
	vmcs_write(GUEST_RIP, (uint64_t)code);
	vmcs_write(GUEST_RSP, L2_STACK_TOP - 8);	/* as after a call */
	vmcs_write(GUEST_RFLAGS, RFLAGS_RESERVED | RFLAGS_IF);
	vmcs_write(GUEST_ACTIVITY, 0);
	vmcs_write(GUEST_INTERRUPTIBILITY, 0);
}

uint32_t vmx_enter(void)
{
	static bool launched;

	if (!succeeded(l2_switch(launched))) {
		results->last_vmfail = vmcs_read(INSTRUCTION_ERROR);
		return EXIT_NONE;
	}
	launched = true;
	return vmcs_read(EXIT_REASON);
}

void l2_cpuid(void)
{
	for (;;)
		cpuid_ecx(0);
}

void vmx_write_msr(void)
{
	uint64_t low = READ_ONCE(l2_registers[0]), high = READ_ONCE(l2_registers[3]);

	wrmsr(READ_ONCE(l2_registers[2]), high << 32 | (uint32_t)low);
}

void vmx_skip_instruction(void)
{
	vmcs_write(GUEST_RIP, vmcs_read(GUEST_RIP) + vmcs_read(EXIT_INSTRUCTION_LENGTH));
}
