# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2086 # variables of machine; flags are words
#
# Finds, configures and starts Bochs as the test machine. ./qemu.sh has the same functions for QEMU.

# find_emulator: set $emulator from BOCHS.
find_emulator()
{
	# The emulator that scripts/emulator builds is faster than the packaged one.
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

# scripts/emulator adds the timer models and mends posted interrupts. Its build has these strings.
has_timer_models()
{
	grep -qaF VMX_TIMER_EMR158 "$emulator"
}

has_posted_interrupts()
{
	grep -qaF 'Posted Interrupt Descriptor phy addr not 64-byte aligned' "$emulator"
}

# use_timer_models: hand --timer-rate and --emr158 on to the emulator.
use_timer_models()
{
	[ -n "$rate$emr158" ] || return 0
	has_timer_models || die "the emulator '$BOCHS' does not know --timer-rate and --emr158: build one that does by make emulator"
	[ -z "$rate" ] || export VMX_TIMER_RATE="$rate"
	[ -z "$emr158" ] || export VMX_TIMER_EMR158=1
}

# what_build: set $debugger, $sound, $alone and BOCHS_DISPLAY for this build of the emulator.
what_build()
{
	# A debugger build must be told to continue; other builds do not know -rc.
	help=$("$emulator" --help 2>&1 </dev/null)
	case $help in
	*bochsrc*) ;;
	*) die "cannot start the emulator '$BOCHS': it does not answer to --help; $install_it" ;;
	esac
	case $help in
	*'-rc filename'*) debugger=y display='rfb, options="timeout=0"' ;;
	*) debugger=n display=nogui ;;
	esac
	# A build with sound needs the name of a driver; other builds refuse it.
	sound=
	case $("$emulator" --help features 2>&1 </dev/null) in
	*sb16*) sound='sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy' ;;
	esac
	# The packaged emulator is a debugger build without nogui. Its rfb display listens on the
	# next free port from 5900 on, and with timeout=0 it does not wait for a viewer.
	: "${BOCHS_DISPLAY:=$display}"
	# The rfb display listens on all addresses, without a password. So the emulator gets a
	# network namespace of its own.
	alone=''
	if unshare -rn true 2>/dev/null; then
		alone='unshare -rn'
	else
		case $BOCHS_DISPLAY in
		rfb*) die "the emulator's display would listen on all addresses, because unshare -rn fails: run as root, allow user namespaces, or name another display by BOCHS_DISPLAY" ;;
		esac
	fi
}

# find_loader: find the boot loader and the program that makes the CD.
find_loader()
{
	command -v xorriso >/dev/null || die "xorriso is missing: install the package xorriso"
	isolinux=$(find_first isolinux.bin ${SYSLINUX:+"$SYSLINUX"} /usr/lib/ISOLINUX /usr/lib/syslinux/bios \
		/usr/share/syslinux) || exit 1
	ldlinux=$(find_first ldlinux.c32 ${SYSLINUX:+"$SYSLINUX"} /usr/lib/syslinux/modules/bios /usr/lib/syslinux/bios \
		/usr/share/syslinux) || exit 1
}

# find_first FILE FOLDER...: print the path of the file in the first folder that has it.
find_first()
{
	wanted=$1
	shift
	for folder in "$@"; do
		if [ -r "$folder/$wanted" ]; then
			echo "$folder/$wanted"
			return
		fi
	done
	die "no $wanted: install isolinux and syslinux-common, or set SYSLINUX to the folder that has it"
}

# configure: make $out/host.iso and $out/bochsrc.
configure()
{
	: "${model:=corei7_haswell_4770}" "${ips:=100000000}"
	# Bochs's MONITOR flushes the physical address from the TLBs as if it were a linear one. A
	# CPU that has the page in its TLB writes to the monitored line unnoticed, and a CPU in
	# MWAIT may sleep for ever. HLT waits for an interrupt only.
	[ "$cpus" = 1 ] || append="$append idle=halt"
	cp "$isolinux" "$ldlinux" "$out/iso/" || die "cannot write to $out/iso"
	chmod u+w "$out/iso"/*		# xorriso patches isolinux.bin, and the kernel may have come read-only
	cat >"$out/iso/isolinux.cfg" <<END
default host
label host
  kernel vmlinuz
  append initrd=initrd $append
END
	rm -f "$out/host.iso"
	xorriso -as mkisofs -quiet -o "$out/host.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 \
		-boot-info-table "$out/iso" >"$out/xorriso.log" 2>&1 || die "cannot make the ISO, see $out/xorriso.log"

	# The emulator runs in $out, so that no path in bochsrc needs quoting. It replaces $BXSHARE
	# by the folder of its BIOS.
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
${disk:+ata0-slave: type=disk, path=disk, mode=flat, cylinders=0}
$sound
log: bochs.log
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
END
	# A link, so that the disk's path needs no quoting either. A Bochs that was killed has left its
	# lock file.
	[ -z "$disk" ] || { rm -f "$out/disk.lock" && ln -sf "$disk" "$out/disk"; } || die "cannot write to $out"
	echo c >"$out/debugger"
	if [ -c "$terminal" ]; then
		echo "com2: enabled=1, mode=term, dev=$terminal" >>"$out/bochsrc"
	elif [ -n "$terminal" ]; then
		echo "com2: enabled=1, mode=file, dev=$terminal" >>"$out/bochsrc"
	fi
}

# start_emulator: start it in the background as process $pid. Its console is written to $console.
start_emulator()
{
	its_log=' and bochs.log'
	set -- -q -f bochsrc
	[ $debugger = n ] || set -- "$@" -rc debugger

	# By setsid the emulator leads a process group, which end_emulator() kills. By pdeathsig the
	# kernel kills it if this script is killed.
	# shellcheck disable=SC2086 # split into words
	(cd "$out" && exec setsid $alone setpriv --pdeathsig KILL "$emulator" "$@") >"$out/emulator.out" 2>&1 </dev/null &
	pid=$!
}
