# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # of and for those that source this
#
# A small x86 kernel with KUnit, built by kunit.py from the distribution's source, in the cache: the
# tree, whose arch/x86/kvm is in git with the tag base, and its build. Sourced after group.sh and
# tree.sh.

# small_tree: make $tree and name its $build.
small_tree()
{
	work=$cache/small-kernel-$version
	tree=$work/linux
	build=$work/build
	identity=$(printf '%s\n' "$sum" "$leave_out")
	# Whose commits are in it.
	export GIT_AUTHOR_NAME=nobody GIT_AUTHOR_EMAIL=nobody@localhost
	export GIT_COMMITTER_NAME=nobody GIT_COMMITTER_EMAIL=nobody@localhost
	lock "$work.lock" "$work" 3600
	trap 'stop 130' INT
	trap 'stop 143' TERM
	trap 'stop 129' HUP
	[ "$(cat "$work/identity" 2>/dev/null)" = "$identity" ] || unpack_tree track
	need_space "$work" 700
	mkdir -p "$build"
	# A kernel in git has a + in its release otherwise.
	export LOCALVERSION=
	in_tree reset -q --hard || die "the tree in $work is damaged: remove that folder"
	in_tree checkout -q --detach base
}

track()
{
	git init -q . && git add -f arch/x86/kvm && git commit -qm base && git tag base
}

in_tree()
{
	git -C "$tree" "$@"
}

# make_tree ARGUMENT...: the kernel's own make.
make_tree()
{
	make -C "$tree" ARCH=x86_64 O="$build" "$@" 9>&-
}

# kunit_py COMMAND OPTION...: run kunit.py's command on the tree, with what the test machine needs and
# these options. What it prints is in $build/log.
kunit_py()
{
	command=$1
	shift
	{
		grep -h -v -e '^#' -e _KVM "$top/tests/machine/small.config"
		grep 'is not set' "$here/.kunitconfig" | grep -v UML
		printf '# CONFIG_%s is not set\n' USB_SUPPORT HWMON VT LOCALVERSION_AUTO
		printf '%s\n' "$@"
	} | sort -u >"$build/wanted"
	set -- --arch=x86_64 --build_dir="$build" --kunitconfig="$build/wanted"
	[ "$command" != run ] || set -- "$@" --jobs="$(nproc)" --timeout=600
	# shellcheck disable=SC2016 # the inner shell's
	start sh -c 'cd "$1" && shift && exec python3 -u tools/testing/kunit/kunit.py "$@"' sh "$tree" \
		"$command" "$@" </dev/null >"$build/log" 2>&1
	follow building
}

building()
{
	echo "building: $(find "$build" -name '*.o' | wc -l) objects so far, of about 1200"
}

# build_kernel: the kernel of the tree for the test machine, with KVM as modules, and KUnit's
# results in debugfs.
build_kernel()
{
	kunit_py config CONFIG_KUNIT=y CONFIG_KUNIT_DEBUGFS=y CONFIG_KVM=m CONFIG_KVM_INTEL=m ||
		die "the kernel can't be configured: see $build/log"
	start make -C "$tree" ARCH=x86_64 O="$build" -j "$(nproc)" bzImage modules >"$build/log" 2>&1 </dev/null
	follow building ||
		die "the kernel can't be built ($(grep -m 1 ' error: ' "$build/log")): see $build/log"
}
