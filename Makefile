# SPDX-License-Identifier: GPL-2.0-only
# What a person can do. What goes into the module is in vmx/Kbuild.
VERSION := 0.1.0

# A kernel's Makefile has a VERSION too: one on make's command line must not replace it.
MAKEOVERRIDES :=

export VERSION SUITE SUITES JOBS KVER KDIR KSRC KIMAGE VARIANT COUNT SOFT TOGGLED BOCHS LINUX_SOURCE
export KEY CERT KUT REQUIRES FILES SEED CASES TIMERS SCENES PARTS MACHINE QEMU

.PHONY: all load unload status verify install uninstall sign deb rpm module-deb module-rpm matrix \
	series run compare guarantees shell selftests unit-tests linux-guest faults fuzz debug-host bench bench-report \
	prove kunit-module test test-command fuzz-command test-series test-swap test-shell test-package \
	emulator clean help

all:
	@scripts/build

status verify:
	@scripts/kvm-hvtimer $@ $(if $(KVER),--kernel $(KVER))

# A line that begins with load is a directive of make's.
unload load:
	@scripts/kvm-hvtimer $@

sign:
	@scripts/sign

deb:
	@scripts/deb

rpm:
	@scripts/rpm

module-deb module-rpm:
	@scripts/module-package $(@:module-%=%)

series:
	@scripts/series

install:
	@scripts/install

uninstall:
	@scripts/install --remove

matrix:
	@scripts/matrix

run:
	@scripts/run

compare:
	@scripts/run compare

guarantees:
	@scripts/run guarantees

shell linux-guest faults:
	@scripts/run $@

selftests:
	@tests/selftests/run

unit-tests:
	@tests/unit-tests/run

fuzz:
	@tests/fuzz/run

debug-host:
	@scripts/debug-host

emulator:
	@scripts/emulator

bench:
	@bench/bench

bench-report:
	@bench/report $(FILE) $(FILE2)

prove:
	@tests/proofs/run

kunit-module:
	@tests/kunit/module

test:
	@scripts/test

test-command:
	@tests/command/run

fuzz-command:
	@tests/command/fuzz

test-series:
	@tests/series-tree

test-swap:
	@tests/swap

test-shell:
	@tests/shell

test-package:
	@tests/package/run
	@tests/package/modules

clean:
	rm -rf build kvm-hvtimer

help:
	@sed -n 's/^## \{0,1\}//p' Makefile
	@echo; sed 's/^# \{0,1\}//; s/^/  /' tests/table

## kvm-hvtimer: kvm-intel.ko with the VMX preemption timer left running
##
##   make        build build/always-on/<kernelrelease>/kvm-intel.ko
##   make load, make unload  load it instead of the loaded kvm_intel, and back to the
##               distribution's (as root, with no VM running)
##   make status show what is loaded, what it does, what the next boot loads
##   make verify check that the built module is for this very kernel
##   make install, make uninstall  put it where modprobe finds it before the
##               distribution's, and take it away again
##   make sign   sign it with your key: KEY=FILE CERT=FILE
##   make deb    the Debian packages kvm-hvtimer and kvm-hvtimer-dkms, in build/deb/
##   make rpm    the same as RPMs, in build/rpm/; built with Debian's rpmbuild, and not tried
##               on a distribution of RPMs
##   make module-deb, make module-rpm  a package of the module for one kernel, for hosts
##               without a compiler, in build/packages/: KVER= or KDIR=, KEY= CERT=
##   make series the same as patches for a kernel tree of your own, KSRC=, in
##               build/series/<version>: for git am, patch and quilt
##
##   make run    build it for Debian's cloud kernel, boot that kernel in an
##               emulated VMX machine, load the module and run guests on it
##   make compare   compare what three modules write to their VMCSs: the stock
##               one, one that toggles as kernels before 5.3 do, and ours
##   make guarantees  check B1 to B11 of docs/GUARANTEES.md in the test machine
##   make shell  a prompt on the emulated VMX machine, with the module loaded, the raw
##               guest and QEMU there, and your files: FILES="a b"
##   make selftests     the kernel's own KVM selftests, on the stock module, ours, and
##               ours switched off
##   make unit-tests    those of kvm-unit-tests that the timer has to do with, the same way;
##               KUT=FOLDER is their source
##   make linux-guest   Debian's kernel as a guest in QEMU, on the stock module, ours,
##               and ours switched off; and as an L1 with a guest of its own
##   make faults load and faults: timers by the hundred thousand, vCPUs moved, signalled,
##               saved and restored, VMMs killed, CPUs taken away, modules loaded and
##               unloaded: SEED=N repeats, TIMERS=1000000 for more
##   make fuzz   the unit against a model, and random guests on the module:
##               SEED=N repeats, CASES=N is how many
##   make debug-host    a kernel that checks itself (KASAN, UBSAN, lock checking,
##               kmemleak), built once, and the module and guests on it
##   make emulator      an extra: an optimised build of Debian's Bochs source, kept in
##               the cache and used from then on; no test needs it
##   make bench  measure what toggling costs here: cycles on a host with VMX (as root,
##               with no VM running), else emulated instructions
##   make bench-report FILE=a.json [FILE2=b.json]  draw a report again, or
##               compare two machines'
##   make matrix the kernels of Debian's suites, each built with its own compiler,
##               booted and checked (as root)
##
##   make test   run the tests by prove, two at a time: those of the table below that
##               are in it, or those named: PARTS="cocci kunit", PARTS=ci
##   make test-command  one of them: kvm-hvtimer on hosts that are folders (no boot)
##   make fuzz-command  the same on 100,000 random ones (needs clang): SEED=N, CASES=N
##   make test-swap     one of them, with 50 swaps: load, unload and status, in the
##               emulated machine
##   make test-shell    one of them: make shell, with somebody who types
##   make test-package  the package, from installation to purge, in a Debian root
##               (as root); SUITE=trixie: of another suite than this machine's
##   make test-series   one of them: the patches of make series in a kernel tree that is built,
##               and the suites by kunit.py
##   make kunit-module  the KUnit suites as a module, hv_timer_test.ko, for a kernel that has
##               KUnit: KVER= or KDIR=
##   make prove  prove the arithmetic for all inputs (CBMC)
##   make clean  remove build/ (not the cache, see README.md)
##   make help   this text
##
##   KVER=6.1.0-56-amd64   the kernel to build for (default: the running one if
##                         its headers are installed, else the newest headers)
##   KDIR=FOLDER           the same, by its build folder
##   KSRC=FOLDER|TARBALL|X.src.rpm|X.dsc  the source to build from, of exactly that version
##                         (default: the distribution's linux-source package)
##   KIMAGE=FILE           the kernel to boot for run, compare and guarantees (default:
##                         the distribution's image, or the bzImage in KDIR)
##   REQUIRES=PACKAGE      for make module-deb, module-rpm: the kernel's package, where it is
##                         not called as usual (docs/OPERATING.md)
##   VARIANT=always-on|toggle|stock  what to build: the product, the behaviour of before
##                         5.3 (for measuring only), or the source as it is
##   COUNT=1               build with counters per VMCS, for measuring only
##   TOGGLED=1             build from what VARIANT=toggle makes of the source: to try the
##                         semantic patches for kernels before 5.3 on a later one
##   SUITES="sid bookworm/amd64"   for make matrix: suites, or suites and flavours
##   MACHINE=qemu          the test machine of make run and make compare is not Bochs but
##                         QEMU, by KVM with nested VMX; MACHINE=nested: QEMU in Bochs
##   BOCHS=PROGRAM, QEMU=PROGRAM  the emulator (default: bochs, qemu-system-x86_64)
##   LINUX_SOURCE=TARBALL  the source for KUnit (default: linux-source package)
