#!/usr/bin/env bash
# bench.sh - hythe beside docker-registry and beside the limit, on one disk, in one run
# SPDX-License-Identifier: ISC
#
# Interleaved rounds, the first to go changing with each; then a table of the medians,
# of their spreads (the least and the most), and of the ratios.  The limits are: for a
# push one loop that reads, hashes, writes and syncs; for a pull a static file of
# lighttpd; for a small request a FastCGI program that prints one line.  The table is
# written to bench.txt, and as columns to bench.tsv; with QUICK=1, in two minutes, with
# less of everything, to bench-quick.*.  Environment:
#	QUICK              1: short
#	HYTHE_BUILD        where the programs are, and the results go [the source tree]
#	BENCH_DIRECTORY    where the data goes [a new one below TMPDIR]
#	BENCH_WORKS        which works, as bench-works.bash names them [all]
#	BENCH_ROUNDS       [3; 2]                BENCH_SECONDS    of each run of wrk [3; 1]
#	BENCH_BYTES        of large blobs [1 GiB; 64 MiB]
#	BENCH_LIST         tags in the long list, a tenth of it repositories and referrers
#	                   [100000; 5000]
#	BENCH_PUSHES       at once [100; 20]     BENCH_PUSH_BYTES  of each [100 MiB; 2 MiB]
#	BENCH_WRITE_BYTES  pushed to see what is written [256 MiB; 16 MiB]
#	BENCH_DEPLOYMENTS  ways to deploy, for that [all; lighttpd and apache, FastCGI]

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
bench=$HYTHE_SOURCE/tests/bench

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"
. "$HYTHE_SOURCE/tests/clients/images.bash"
. "$bench/processes.bash"
. "$bench/bench-works.bash"

quick=${QUICK:+yes}
rounds=${BENCH_ROUNDS:-$((${quick:+1} + 0 ? 2 : 3))}
seconds=${BENCH_SECONDS:-$((${quick:+1} + 0 ? 1 : 3))}
bytes=${BENCH_BYTES:-$((${quick:+1} + 0 ? 64 << 20 : 1 << 30))}
list=${BENCH_LIST:-$((${quick:+1} + 0 ? 5000 : 100000))}
pushes=${BENCH_PUSHES:-$((${quick:+1} + 0 ? 20 : 100))}
push_bytes=${BENCH_PUSH_BYTES:-$((${quick:+1} + 0 ? 2 << 20 : 100 << 20))}
write_bytes=${BENCH_WRITE_BYTES:-$((${quick:+1} + 0 ? 16 << 20 : 256 << 20))}
everywhere='lighttpd/fastcgi lighttpd/cgi apache/fastcgi apache/cgid apache/cgi nginx/fastcgi'
deployments=${BENCH_DEPLOYMENTS:-${quick:+lighttpd/fastcgi apache/fastcgi}}
deployments=${deployments:-$everywhere}
results=$HYTHE_BUILD/bench${quick:+-quick}
parties=(hythe docker-registry limit)
connections=16
declare -A at=() process=() samples=() unit=()
order=()

stop() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

clean_up() {
	[[ ! ${server_pid:-} ]] || server_stop
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
	[[ ! ${limit_pid:-} ]] || { kill "$limit_pid" && wait "$limit_pid"; } 2>/dev/null
	rm -rf "$directory"
}

look_for_tools() {
	local tool

	for tool in lighttpd apache2 docker-registry curl wrk ab perl skopeo jq ps; do
		type -P "$tool" >/dev/null || stop "no $tool here"
	done
}

# The limits of what a web server can do: a second lighttpd, as ours but for our part.
start_limit() {
	local tries port

	mkdir -p "$directory/static"
	for tries in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 12000))
		cat >"$directory/limit.conf" <<-LIMIT
		server.bind = "127.0.0.1"
		server.port = $port
		server.document-root = "$directory/static"
		server.errorlog = "$directory/limit.log"
		server.modules = ( "mod_fastcgi" )
		fastcgi.server = ( "/line" => (( "socket" => "$directory/line.socket",
			"bin-path" => "$HYTHE_BUILD/tests/bench/line", "max-procs" => 1,
			"check-local" => "disable" )) )
		LIMIT
		lighttpd -D -f "$directory/limit.conf" </dev/null >/dev/null 2>&1 &
		limit_pid=$!
		at[limit]=http://127.0.0.1:$port
		sleep 0.5
		! curl -sSf -o /dev/null "${at[limit]}/line" 2>/dev/null || return 0
		wait "$limit_pid"
	done
	stop 'no lighttpd for the limits'
}

start() {
	directory=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/hythe-bench.XXXXXX") || exit
	trap clean_up EXIT
	trap 'exit 1' INT TERM
	chmod 755 "$directory" # some servers are of other users
	server_start fastcgi "$directory/hythe" || stop 'lighttpd did not start'
	at[hythe]=$URL process[hythe]=$server_pid
	mkdir "$directory/docker-registry-store"
	docker_registry_start "$directory/docker-registry" "$directory/docker-registry-store" ||
		stop 'docker-registry did not start'
	at[docker-registry]=http://$docker_registry process[docker-registry]=$docker_registry_pid
	start_limit
}

# record WORK UNIT WHO NUMBER
record() {
	unit[$1]=$2
	[[ " ${order[*]} " == *" $1 "* ]] || order+=("$1")
	samples[$1/$3]+="$4 "
}

# The median of the numbers, the least, and the most.
median() {
	tr ' ' '\n' <<<"$1" | grep . | sort -g | awk '{ at[NR] = $1 }
		END { printf "%.5g\t%s\t%s\n", (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2,
			at[1], at[NR] }'
}

# work, unit, and of each party the median, the least and the most; the ratios.
columns() {
	local work who line

	printf 'work\tunit'
	printf '\t%s\tleast\tmost' "${parties[@]}"
	printf '\tto docker-registry\tto limit\n'
	for work in "${order[@]}"; do
		line=$work$'\t'${unit[$work]}
		for who in "${parties[@]}"; do
			if [[ ${samples[$work/$who]:-} ]]; then
				line+=$'\t'$(median "${samples[$work/$who]}")
			else
				line+=$'\t-\t-\t-'
			fi
		done
		awk -F '\t' -v OFS='\t' '{ print $0, ratio($3, $6), ratio($3, $9) }
			function ratio(a, b) { return a == "-" || b + 0 == 0 ? "-" : sprintf("%.2f", a / b) }' \
			<<<"$line"
	done
}

# The columns for people, as a table that Markdown knows.
table() {
	awk -F '\t' '
	function figure(number) {
		return sprintf(number >= 1000 ? "%.0f" : "%.3g", number)
	}
	function cell(median, least, most) {
		return median == "-" ? "-" : figure(median) " (" figure(least) "-" figure(most) ")"
	}
	NR == 1 {
		print "| work | unit | hythe | docker-registry | limit | to docker-registry | to limit |"
		print "|---|---|---|---|---|---|---|"
		next
	}
	{
		printf "| %s | %s | %s | %s | %s | %s | %s |\n", $1, $2, cell($3, $4, $5),
			cell($6, $7, $8), cell($9, $10, $11), $12, $13
	}' "$1"
}

# The type of the file system that a directory is on, and whether it has a journal: what
# a sync costs hangs on that.
file_system_of() {
	local type device options

	read -r type device < <(df --output=fstype,source "$1" | tail -n 1)
	options=/proc/fs/ext4/$(basename "$(readlink -f "$device")")/options
	[[ ! -r $options ]] || grep -q ^data= "$options" || type+=' without a journal'
	echo "$type"
}

# The parties, another one first in each round.
in_turn() {
	local i

	turn=()
	for ((i = 0; i < 3; i++)); do
		turn+=("${parties[(i + $1) % 3]}")
	done
}

# all_works KIND ROUND
all_works() {
	local work

	for work in $1; do
		[[ ! ${BENCH_WORKS:-} || " $BENCH_WORKS " == *" $work "* ]] || continue
		printf '%s%s\n' "${2:+round $2: }" "$work" >&2
		in_turn "${2:-0}"
		"work_$work"
	done
}

look_for_tools
load=$(cut -d ' ' -f 1 /proc/loadavg)
start
prepare
all_works "$works_before" ''
for ((number = 1; number <= rounds; number++)); do
	new_data "$number"
	all_works "$works_round" "$number"
done
all_works "$works_once" ''
columns >"$results.tsv"
{
	printf '%s, %d processors, load before %s, %s; %d rounds, large blobs of %d MiB, %d pushes of %d MiB at once\n\n' \
		"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$load" \
		"$(file_system_of "$directory")" "$rounds" $((bytes >> 20)) "$pushes" \
		$((push_bytes >> 20))
	table "$results.tsv"
} | tee "$results.txt"
