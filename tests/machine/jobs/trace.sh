# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # of and for the job; paths of its own
#
# What the steps that record trace events have in common.

# A guest, and all that happens of $events meanwhile, until it is forgotten.
recorded()
{
	echo 0 >$tracefs/tracing_on
	echo 16384 >$tracefs/buffer_size_kb &&
	echo 1 >"$events/enable" &&
	echo >$tracefs/trace &&
	echo 1 >$tracefs/tracing_on
	verdict "$1 can be used"
	run_guest "$2"
	echo 0 >$tracefs/tracing_on
	echo 0 >"$events/enable"
	grep -m 3 hv_timer_ $tracefs/trace | comment 'event: '
}

forget_records()
{
	echo >$tracefs/trace
	echo 1408 >$tracefs/buffer_size_kb
}

# KVM's own trace of the timer's exits. It is filtered by the exit reason, and counts even what it has no room to keep.
trace_timer_exits()
{
	echo 0 >$tracefs/tracing_on
	echo 'exit_reason == 52' >$tracefs/events/kvm/kvm_exit/filter &&
	echo 1 >$tracefs/events/kvm/kvm_exit/enable &&
	echo >$tracefs/trace &&
	echo 1 >$tracefs/tracing_on
	verdict "KVM's trace of exits can be used"
}

end_trace()
{
	echo 0 >$tracefs/tracing_on
	echo 0 >$tracefs/events/kvm/kvm_exit/enable
}
