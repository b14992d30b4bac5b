# SPDX-License-Identifier: GPL-2.0-only
# What a person can do. What goes into the module is in Kbuild.
VERSION := 0.1.0

export VERSION KVER KDIR KSRC ARM COUNT SOFT BOCHS LINUX_SOURCE

.PHONY: all run test clean help

all:
	@scripts/build

run:
	@scripts/run

test:
	@tests/run

clean:
	rm -rf build

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

## kvm-hvtimer: kvm-intel.ko with the VMX preemption timer left running
##
##   make        build build/leave/<kernelrelease>/kvm-intel.ko
##   make run    build it for Debian's cloud kernel, boot that kernel in an
##               emulated VMX machine, load the module and run guests on it
##   make test   all tests: rules, shell, KUnit, and those of make run
##   make clean  remove build/ (not the cache, see README.md)
##   make help   this text
##
##   KVER=6.1.0-56-amd64   the kernel to build for (default: the running one if
##                         its headers are installed, else the newest headers)
##   KDIR=FOLDER           the same, by its build folder
##   KSRC=FOLDER|TARBALL   the source to build from, of exactly that version
##                         (default: the distribution's linux-source package)
##   BOCHS=PROGRAM         the emulator (default: bochs)
##   LINUX_SOURCE=TARBALL  the source for KUnit (default: linux-source package)
