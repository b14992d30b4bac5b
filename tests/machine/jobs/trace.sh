# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # variables of steps; no path has spaces
#
# Functions of the steps that record trace events.

# recorded WHAT WORKLOAD[,COUNT[,TICKS]]: run a guest, and record the trace events of folder
# $events, which WHAT names, until forget_records().
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

# forget_records: empty the buffer, and make it small again.
forget_records()
{
	echo >$tracefs/trace
	echo 1408 >$tracefs/buffer_size_kb
}

# trace_timer_exits: trace KVM's exits by the timer, until end_trace(). The statistics of the buffer
# count even those that it has no room for.
trace_timer_exits()
{
	echo 0 >$tracefs/tracing_on
	echo 'exit_reason == 52' >$tracefs/events/kvm/kvm_exit/filter &&
	echo 1 >$tracefs/events/kvm/kvm_exit/enable &&
	echo >$tracefs/trace &&
	echo 1 >$tracefs/tracing_on
	verdict "KVM's trace of exits can be used"
}

# end_trace: end what trace_timer_exits has begun.
end_trace()
{
	echo 0 >$tracefs/tracing_on
	echo 0 >$tracefs/events/kvm/kvm_exit/enable
}
