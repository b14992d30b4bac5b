# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2119,SC2120 # for the job
# Functions of the job swap: verdicts, what is loaded, the folders of a host.

release=$(uname -r)
debugfs=/sys/kernel/debug
module=/sys/module/kvm_intel
bad='WARNING|BUG|Oops|Call Trace|general protection|exports duplicate'

# verdict WHAT: a check, by the exit status of the command before it. A failure shows its output.
verdict()
{
	status=$?
	[ $status -eq 0 ] || printf 'not '
	echo "ok $1"
	[ $status -eq 0 ] || { sed 's/^/#   /' /tmp/said; dmesg | tail -n 5 | sed 's/^/#   log: /'; }
	return $status
}

# run STATUS COMMAND...: run it, with its output in /tmp/said. It must end with STATUS.
run()
{
	wanted=$1
	shift
	"$@" >/tmp/said 2>&1 </dev/null
	got=$?
	sed "s/^/> $1 ${2:-}: /" /tmp/said
	[ $got -eq "$wanted" ]
}

# said PATTERN: the command printed a line that matches.
said()
{
	grep -Eq "$1" /tmp/said
}

# literal TEXT: print a pattern that matches TEXT, as in scripts/common.sh.
literal()
{
	printf '%s\n' "$*" | sed 's/[].$*+?(){}|[]/[&]/g; s/[\\^]/\\&/g'
}

# one_line: the command printed one line.
one_line()
{
	[ "$(wc -l </tmp/said)" -eq 1 ]
}

# nothing_bad: the kernel log has nothing bad since the job began. At boot Debian 13's kernel warns
# about this emulated CPU.
nothing_bad()
{
	dmesg | grep -E "$bad" | grep -vxF -f /tmp/bad.boot >/tmp/said
	[ ! -s /tmp/said ]
}

# parameter NAME VALUE: the loaded module has this value.
parameter()
{
	[ "$(cat $module/parameters/"$1")" = "$2" ]
}

# ours: our module is loaded.
ours()
{
	[ -e $module/version ] && [ -e $debugfs/kvm-intel/hv_timer ]
}

# stock: the distribution's module is loaded.
stock()
{
	[ -e $module/initstate ] && [ ! -e $module/version ] && [ ! -e $debugfs/kvm-intel ]
}

# guest_runs [WORKLOAD]: a guest runs, and its output is shown if it fails.
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

# set_up: put the modules of /modules into the folders of a host, and run depmod.
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

# killed SIGNALS COMMAND...: run the command, and send it these signals when the old module is
# unloaded and the other one is not loaded yet. Sets $ended to its status.
killed()
{
	signals=$1
	shift
	BETWEEN=$signals LD_PRELOAD=/bin/between.so kvm-hvtimer "$@" >/tmp/said 2>&1
	ended=$?
	sed 's/^/> /' /tmp/said
}

# All but KILL and STOP. Of the real-time signals, the two of the C library and the last one.
signals='1 2 3 4 5 6 7 8 10 11 12 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31 32 33 64'

# spoiled NAME PATTERN PATTERN: module NAME must not be loaded. By the first pattern verify refuses
# it, and by the second one the kernel, with --unverified. The distribution's module must be loaded
# after each, with its parameters, and run a guest.
spoiled()
{
	name=$1
	run 1 kvm-hvtimer verify --module "/modules/$name.ko" && said "^not ok .*$2"
	verdict "$name: verify finds what is wrong"
	run 1 kvm-hvtimer load --module "/modules/$name.ko" && one_line && said "is not loaded: .*$2.*; nothing was changed" &&
		stock && parameter nested Y
	verdict "$name: load refuses, and nothing was changed"
	guest_runs
	verdict "$name: a guest runs"
	run 1 kvm-hvtimer load --unverified --module "/modules/$name.ko" && one_line &&
		said "does not load \\(.*$3.*\\): the module that is loaded now is the distribution's" && stock
	verdict "$name: with --unverified the kernel refuses it, and the distribution's is loaded again"
	parameter nested Y && parameter ple_window 8192
	verdict "$name: the distribution's has its parameters again"
	guest_runs
	verdict "$name: a guest runs on it again"
}
