# processes.bash - what processes took: time, memory, and bytes on the disk
# SPDX-License-Identifier: ISC

# tree PID: it, and all that it started.
tree() {
	ps -e -o pid=,ppid= | awk -v root="$1" '
	{ parent[$1] = $2 }
	END {
		for (pid in parent) {
			for (up = pid; up > 1 && up != root; up = parent[up])
				;
			if (up == root)
				print pid
		}
	}'
}

# cpu_of PID...: seconds of processor time so far of the trees, and of what ended in them.
cpu_of() {
	local pid

	for pid in $(for pid; do tree "$pid"; done); do
		cat "/proc/$pid/stat"
	done 2>/dev/null | awk -v per="$(getconf CLK_TCK)" '
		{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 }
		END { printf "%.2f\n", sum / per }'
}

# pss_of PID...: MB of memory that the processes have, what they share divided.
pss_of() {
	local pid

	for pid; do
		cat "/proc/$pid/smaps_rollup"
	done 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { printf "%.1f\n", sum / 1024 }'
}

# peak_of PID FILE: until the file is gone, look at all but PID of its tree, and at PID;
# then print the most MB of either.
peak_of() {
	local programs server most=0 most_server=0

	while [[ -e $2 ]]; do
		# shellcheck disable=SC2046
		programs=$(pss_of $(tree "$1" | grep -vx "$1")) server=$(pss_of "$1")
		read -r most most_server < <(awk -v a="$programs" -v b="$server" -v most="$most" \
			-v most_server="$most_server" \
			'BEGIN { print (a > most ? a : most), (b > most_server ? b : most_server) }')
		sleep 0.1
	done
	printf '%s %s\n' "$most" "$most_server"
}

# disk_written PATH: bytes written so far to the disk that it is on.
disk_written() {
	local device

	device=$(stat -c %d "$1")
	awk -v major=$((device >> 8 & 0xfff)) -v minor=$((device & 0xff | device >> 12 & 0xfff00)) \
		'$1 == major && $2 == minor { printf "%.0f\n", $10 * 512 }' /proc/diskstats
}

# written_by PATH COMMAND...: bytes that went to the disk meanwhile, which is told all
# the time to write what it has: else what is removed soon is never written.
written_by() {
	local before syncing

	sync
	before=$(disk_written "$1")
	while :; do
		sync -f "$1"
		sleep 0.02
	done &
	syncing=$!
	"${@:2}"
	kill "$syncing" && wait "$syncing" 2>/dev/null
	sync -f "$1"
	echo $(($(disk_written "$1") - before))
}
