# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # of and for those that source it
# The compiler that the target was built with, by its own configuration. Sourced by kernel.sh.

# resolve_compiler: from the target to compiler, the line by which it names itself, and
# toolchain, the arguments for the kernel's make: the tools that LLVM=1 stands for, each by
# name. LLVM=-16 is new in 5.18, and LLVM=1 takes lld where the kernel was linked by ld.
# resolve_target comes first.
resolve_compiler()
{
	toolchain=
	of_target=$kdir/include/config/auto.conf
	if ! grep -q '^CONFIG_CC_IS_CLANG=y' "$of_target"; then
		compiler=$(in_root gcc --version | head -n 1)
		return
	fi
	major=$(sed -n 's/^CONFIG_CLANG_VERSION=\([0-9]*\)[0-9]\{4\}$/\1/p' "$of_target")
	[ -n "$major" ] ||
		die "kernel $kver was built with clang, but its configuration does not say by which (CONFIG_CLANG_VERSION)"
	tools="CC=clang"
	! grep -q '^CONFIG_LD_IS_LLD=y' "$of_target" ||
		tools="$tools LD=ld.lld AR=llvm-ar NM=llvm-nm OBJCOPY=llvm-objcopy OBJDUMP=llvm-objdump READELF=llvm-readelf STRIP=llvm-strip"
	# shellcheck disable=SC2016,SC2086 # the inner shell's; words
	toolchain=$(in_root sh -c '
		major=$1
		shift
		for tool; do
			for name in "${tool#*=}" "${tool#*=}-$major"; do
				case $("$name" --version 2>/dev/null) in
				*"clang version $major."* | *"LLD $major."* | *"LLVM version $major."*)
					printf "%s=%s " "${tool%%=*}" "$name"
					continue 2 ;;
				esac
			done
			printf "missing=%s " "$name"
		done' sh "$major" $tools)
	missing=$(echo "$toolchain" | tr ' ' '\n' | sed -n 's/^missing=//p')
	if [ -n "$missing" ]; then
		packages=$(echo "$missing" | sed 's/^ld[.]//; s/^llvm-.*-/llvm-/' | uniq | paste -sd ' ')
		# shellcheck disable=SC2086 # words
		die "kernel $kver was built with clang $major, and these are missing:" $missing \
			"(install $packages; or put that version first in PATH)"
	fi
	# The assembler; unsaid before 5.12, where that kernel's make decides.
	case $(grep '^CONFIG_AS_IS_' "$of_target") in
	CONFIG_AS_IS_LLVM=y) toolchain="$toolchain LLVM_IAS=1" ;;
	CONFIG_AS_IS_GNU=y) toolchain="$toolchain LLVM_IAS=0" ;;
	esac
	compiler=$(in_root "$(echo "$toolchain" | sed 's/^CC=\([^ ]*\).*/\1/')" --version | head -n 1)
}
