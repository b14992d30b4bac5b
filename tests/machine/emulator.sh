# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # of and for machine; flags
#
# The emulator: which one, what kind of build that is, and how it is started and ended.

# find_emulator: $emulator, from BOCHS.
find_emulator()
{
	# One that scripts/emulator has built is faster than the packaged one.
	built=$cache/emulator/bochs
	if [ -z "${BOCHS:-}" ] && [ -x "$built" ]; then
		BOCHS=$built
	fi
	: "${BOCHS:=bochs}"
	install_it="install bochs and bochsbios, or set BOCHS to an emulator that is there"
	emulator=$(command -v "$BOCHS") || die "cannot start the emulator '$BOCHS': $install_it"
	emulator=$(absolute "$emulator")
	[ -x "$emulator" ] || die "cannot start the emulator '$BOCHS': it is not executable; $install_it"
}

# Both are told by its environment (scripts/emulator).
has_timer_models()
{
	grep -qaF VMX_TIMER_EMR158 "$emulator"
}

has_posted_interrupts()
{
	grep -qaF 'Posted Interrupt Descriptor phy addr not 64-byte aligned' "$emulator"
}

# use_timer_models: what --timer-rate and --emr158 ask for.
use_timer_models()
{
	[ -n "$rate$emr158" ] || return 0
	has_timer_models || die "the emulator '$BOCHS' has no models of other timers: make emulator"
	[ -z "$rate" ] || export VMX_TIMER_RATE="$rate"
	[ -z "$emr158" ] || export VMX_TIMER_EMR158=1
}

# what_build: $debugger, $sound, $alone and BOCHS_DISPLAY.
what_build()
{
	# What kind of build it is. A debugger build must be told to continue, another one does not know -rc.
	help=$("$emulator" --help 2>&1 </dev/null)
	case $help in
	*bochsrc*) ;;
	*) die "cannot start the emulator '$BOCHS': it does not answer to --help; $install_it" ;;
	esac
	case $help in
	*'-rc filename'*) debugger=y display='rfb, options="timeout=0"' ;;
	*) debugger=n display=nogui ;;
	esac
	# A driver has to be named where it has sound, and must not be where it has none.
	sound=
	case $("$emulator" --help features 2>&1 </dev/null) in
	*sb16*) sound='sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy' ;;
	esac
	# The packaged emulator is a debugger build without nogui; rfb takes the next free port from 5900 on, and with
	# timeout=0 it waits for nobody.
	: "${BOCHS_DISPLAY:=$display}"
	# That display listens on all addresses, without a password: it gets no network.
	alone=''
	if unshare -rn true 2>/dev/null; then
		alone='unshare -rn'
	else
		case $BOCHS_DISPLAY in
		rfb*) die "the emulator's display would listen on all addresses, for no network namespace can be had: be root, allow user namespaces, or name another display by BOCHS_DISPLAY" ;;
		esac
	fi
}

# configure: $out/bochsrc.
configure()
{
	# It runs in $out, so that no path in here needs quoting. BXSHARE is the emulator's own idea of where its BIOS is.
	cat >"$out/bochsrc" <<END
config_interface: textconfig
display_library: $BOCHS_DISPLAY
romimage: file=\$BXSHARE/BIOS-bochs-latest
vgaromimage: file=\$BXSHARE/VGABIOS-lgpl-latest
cpu: model=$model, count=$cpus, ips=$ips
megs: $megs
clock: sync=none
ata0-master: type=cdrom, path=host.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=console.txt
$sound
log: bochs.log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
END
	echo c >"$out/debugger"
	if [ -c "$terminal" ]; then
		echo "com2: enabled=1, mode=term, dev=$terminal" >>"$out/bochsrc"
	elif [ -n "$terminal" ]; then
		echo "com2: enabled=1, mode=file, dev=$terminal" >>"$out/bochsrc"
	fi
}

# start_emulator: its output goes to $console, its process is $pid.
start_emulator()
{
	console=$out/console.txt
	: >"$console"
	set -- -q -f bochsrc
	[ $debugger = n ] || set -- "$@" -rc debugger

	# A session of its own lets end_emulator() reach the whole group; pdeathsig is for when this script is killed.
	# shellcheck disable=SC2086 # words
	(cd "$out" && exec setsid $alone setpriv --pdeathsig KILL "$emulator" "$@") >"$out/bochs.out" 2>&1 </dev/null &
	pid=$!
}

# No emulator may outlive this script: its whole process group goes, whatever $BOCHS started.
end_emulator()
{
	[ -n "$pid" ] || return 0
	kill -KILL "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=''
}
