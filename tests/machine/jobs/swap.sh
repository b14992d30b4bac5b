# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2119,SC2120 # for the job
# Functions of the job swap: verdicts, what is loaded, how a host is laid out. In the test machine it is /jobs/swap.sh.

release=$(uname -r)
debugfs=/sys/kernel/debug
module=/sys/module/kvm_intel
bad='WARNING|BUG|Oops|Call Trace|general protection|exports duplicate'

verdict()
{
	status=$?
	[ $status -eq 0 ] || printf 'not '
	echo "ok $1"
	[ $status -eq 0 ] || { sed 's/^/#   /' /tmp/said; dmesg | tail -n 5 | sed 's/^/#   log: /'; }
	return $status
}

# run STATUS COMMAND...: run it, with its output in /tmp/said.
run()
{
	wanted=$1
	shift
	"$@" >/tmp/said 2>&1 </dev/null
	got=$?
	sed "s/^/> $1 ${2:-}: /" /tmp/said
	[ $got -eq "$wanted" ]
}

# said PATTERN: the command printed one line, which matches.
said()
{
	grep -Eq "$1" /tmp/said
}

# literal TEXT: as a pattern that matches just that, as in scripts/common.sh.
literal()
{
	printf '%s\n' "$*" | sed 's/[].$*+?(){}|[]/[&]/g; s/[\\^]/\\&/g'
}

one_line()
{
	[ "$(wc -l </tmp/said)" -eq 1 ]
}

# nothing_bad: the kernel log has nothing bad since the job began. Debian 13's kernel warns of this emulated CPU at boot.
nothing_bad()
{
	dmesg | grep -E "$bad" | grep -vxF -f /tmp/bad.boot >/tmp/said
	[ ! -s /tmp/said ]
}

parameter()
{
	[ "$(cat $module/parameters/"$1")" = "$2" ]
}

ours()
{
	[ -e $module/version ] && [ -e $debugfs/kvm-intel/hv_timer ]
}

stock()
{
	[ -e $module/initstate ] && [ ! -e $module/version ] && [ ! -e $debugfs/kvm-intel ]
}

guest_runs()
{
	guest "${1:-timer-spin}" 100 >/tmp/guest 2>&1 || {
		sed 's/^/# /' /tmp/guest
		false
	}
}

# stock_with PARAMETER...: load the distribution's module.
stock_with()
{
	[ ! -e $module ] || rmmod kvm_intel
	modprobe kvm
	insmod "/lib/modules/$release/kernel/arch/x86/kvm/kvm-intel.ko" "$@"
}

set_up()
{
	mkdir -p /run /etc/modprobe.d /boot
	to=/lib/modules/$release
	mkdir -p "$to/kernel/arch/x86/kvm" "$to/kernel/virt/lib" "$to/updates/kvm-hvtimer"
	mv /modules/kvm.ko "$to/kernel/arch/x86/kvm/" &&
	mv /modules/stock.ko "$to/kernel/arch/x86/kvm/kvm-intel.ko" &&
	mv /modules/ours.ko "$to/updates/kvm-hvtimer/kvm-intel.ko" || return
	[ ! -e /modules/irqbypass.ko ] || mv /modules/irqbypass.ko "$to/kernel/virt/lib/"
	: >"$to/modules.order"
	: >"$to/modules.builtin"
	depmod "$release" && modprobe --version | grep -q '^kmod'
}

# killed SIGNALS COMMAND...: send these signals when the old module is unloaded and the other one is not loaded yet.
killed()
{
	signals=$1
	shift
	BETWEEN=$signals LD_PRELOAD=/bin/between.so kvm-hvtimer "$@" >/tmp/said 2>&1
	ended=$?
	sed 's/^/> /' /tmp/said
}

# All but KILL and STOP; of the real-time ones the two that are the C library's, and the last.
signals='1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31 32 33 64'

# spoiled NAME PATTERN PATTERN: a module that must not be loaded. verify refuses it, or the kernel with --unverified. Either way
# the distribution's is loaded after, with its parameters, and works.
spoiled()
{
	name=$1
	run 1 kvm-hvtimer verify --module "/modules/$name.ko" && said "^not ok .*$2"
	verdict "$name: verify finds it"
	run 1 kvm-hvtimer load --module "/modules/$name.ko" && one_line && said "is not loaded: .*$2.*; nothing was changed" &&
		stock && parameter nested Y
	verdict "$name: load refuses, and nothing was changed"
	guest_runs
	verdict "$name: a guest runs"
	run 1 kvm-hvtimer load --unverified --module "/modules/$name.ko" && one_line &&
		said "does not load \\(.*$3.*\\): the module that is loaded now is the distribution's" && stock
	verdict "$name: the kernel refuses it, and the distribution's is back"
	parameter nested Y && parameter ple_window 8192
	verdict "$name: with its parameters"
	guest_runs
	verdict "$name: a guest runs then"
}
