# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2016,SC2086 # variables of run; code in quotes
# Hostile names and values: a process that opens /dev/kvm may have any name.

# named COMM PYTHON: a process named COMM is the string PYTHON in the JSON of status, and its text
# has no control characters.
named()
{
	host name
	loaded "$work/modules/ours.ko"
	process 7 "$1" /dev/kvm
	json "d['loaded']['users'] == [{'pid': 7, 'name': $2}]" && run 0 status &&
		! LC_ALL=C grep -aqP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]' "$work/said"
}
named 'a\n7,"root":1' '"a"'
verdict "a name with a newline and JSON in it"
named 'x","root":1,"y":"' "'x\",\"root\":1,\"y\":\"'"
verdict "a name with quotes"
named '*' '"*"'
verdict "a name that is a pattern"
named '\0033[2Jx' '"\x1b[2Jx"'
verdict "a name with an escape sequence, which no terminal gets"
named 'a\0001b' '"a\x01b"'
verdict "a name with a control character"
named '\0377\0376x' '"\ufffd\ufffdx"'
verdict "a name that is no UTF-8"
named '\0302\0233x' '"\x9bx"'
verdict "a name with a control character of eight bits"
named '$(id)`id`' '"$(id)`id`"'
verdict "a name with a shell's words"
named '' '""'
verdict "an empty name"

host values
loaded "$work/modules/ours.ko" 'nested=Y" ]'
printf 'a\n"b' >"$root/sys/module/kvm_intel/parameters/ple_window"
echo 18446744073709551616 >"$root/sys/module/kvm_intel/refcnt"
figures rate=-1 timer_exits=99999999999999999999 'spurious_exits=1, "x": 2' state=maybe
json 'd["loaded"]["parameters"]["nested"] == "Y\" ]" and d["timer"]["state"] == "unknown" and "timer_exits" not in d["counters"] and d["loaded"]["references"] == 0'
verdict "values in /sys and debugfs that are not valid"
mkdir "$root/lib/modules/a b\$(id)"
: >"$root/lib/modules/a b\$(id)/modules.dep"
json '"a b$(id)" in [k["kernel"] for k in d["next_boot"]]'
verdict "a kernel with a strange name"
mkdir -p "$root/run/kvm-hvtimer"
printf '{"now": [1], "swap_to": {"given": [1, {}]}, "swap_back": 7, "inode": "x"}' >"$root/run/kvm-hvtimer/state"
run 0 status
verdict "a state file that this command has not written"
