# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # variables of run
#
# boot: boot kernel $first in the test machine. It has our module and the distribution's where the
# root has them, and the root's own kmod.
boot()
{
	machine=$work/machine
	mkdir -p "$machine/modules"
	cp "$top/tests/machine/pack" "$root/tmp/"
	inside sh /tmp/pack /tmp/tools.tar kvm-hvtimer kmod dash flock >>"$log" 2>&1 ||
		die "the root's command and kmod can't be packed: see $log"
	mv "$root/tmp/tools.tar" "$machine/"
	inside modprobe -S "$first" --show-depends kvm_intel >"$machine/list" 2>/dev/null || :
	# Every kvm-intel in the root, and the modules that it depends on.
	(
		cd "$root" || exit
		sed -n 's/^insmod \(\/[^ ]*\).*/.\1/p' "$machine/list"
		find "./lib/modules/$first" -maxdepth 1 -name 'modules.*'
		find "./lib/modules/$first/" ./var/lib/dkms/*/original_module/ -name 'kvm[-_]intel.ko*' 2>/dev/null
	) | sort -u | tar -C "$root" -cf "$machine/installed.tar" -T -
	for file in "$root/lib/modules/$first/kernel/arch/x86/kvm"/kvm.ko*; do
		cp "$file" "$machine/modules/"
	done
	make -s -C "$top/tests/machine/guest" O="$work/guest" >>"$log" 2>&1 || die "the guest can't be built: see $log"
	"$top/tests/machine/machine" --timeout 1200 --kernel "$root/boot/vmlinuz-$first" --modules "$machine/modules" \
		--out "$machine/boot" --job "$top/tests/machine/jobs/swap" --add "$work/guest/guest" \
		--add "$machine/tools.tar" --add "$machine/installed.tar" \
		-- installed >>"$log" 2>&1 9>&- &
	child=$!
	status=0
	wait "$child" || status=$?
	child=''
	tr -d '\r' <"$machine/boot/console.txt" >"$work/boot.txt" || :
	cat "$work/boot.txt" >>"$log"
	check "the test machine ran the job to its end" grep -q '^@ end of job, status 0' "$work/boot.txt"
	# The messages of the kernel and of the job stand between these lines.
	grep '^#' "$work/boot.txt" || :
	verdicts "$work/boot.txt"
}
