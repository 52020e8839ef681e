#!/usr/bin/env bash
# growth.sh - time and memory against the number or size of things
# SPDX-License-Identifier: ISC
#
# Of each kind there is more and more; of each size, one line to growth.tsv: what,
# number, milliseconds (the median), KiB of the program at most, programs being started
# anew for each; then the slopes on a log-log plot, of time and of memory: 1 grows in
# proportion, 0 not at all.  Pages show 100 entries.  Environment:
#	HYTHE_BUILD        where the programs are, and the results go [the source tree]
#	BENCH_DIRECTORY    where the data goes [a new one below TMPDIR]
#	BENCH_NUMBERS      of tags, repositories and blobs [100 1000 10000 100000]
#	BENCH_REFERRERS    [100 1000 10000]
#	BENCH_MEBIBYTES    of a pushed blob [1 4 16 64 256]
#	BENCH_CLIENTS      at once [1 4 16 64]

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
client=$HYTHE_SOURCE/tests/bench/client.pl

. "$HYTHE_SOURCE/tests/bench/registry.bash"

read -ra numbers <<<"${BENCH_NUMBERS:-100 1000 10000 100000}"
read -ra referrers <<<"${BENCH_REFERRERS:-100 1000 10000}"
read -ra mebibytes <<<"${BENCH_MEBIBYTES:-1 4 16 64 256}"
read -ra clients <<<"${BENCH_CLIENTS:-1 4 16 64}"

# Programs end a little later than their server, and are copied anew for the next.
end_server() {
	local pids pid

	pids=$(tree "$server_pid")
	server_stop
	for pid in $pids; do
		while [[ -e /proc/$pid ]]; do
			sleep 0.05
		done
	done
}

# once WHAT NUMBER PROGRAM COMMAND...: with programs just started; five times, each of
# which prints its milliseconds.
once() {
	local i times='' pid

	start
	for i in 1 2 3 4 5; do
		times+=$("${@:4}")$'\n' || stop "$1"
	done
	pid=$(process_of "$3") || stop "no $3 runs"
	printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$(grep . <<<"$times" | sort -g | sed -n 3p)" \
		"$(resident_of "$pid")" | tee -a "$results"
	end_server
}

get() {
	curl -sSf -o /dev/null -w '%{time_total}\n' "$URL/v2/$1" | awk '{ print 1000 * $1 }'
}

# since MICROSECONDS: milliseconds
since() {
	awk -v us=$((${EPOCHREALTIME/./} - $1)) 'BEGIN { print us / 1000 }'
}

push() {
	local begin

	printf '%s' "$RANDOM$RANDOM" | dd of="$directory/blob" conv=notrunc status=none
	digest=$(digest_of "$directory/blob")
	begin=${EPOCHREALTIME/./}
	curl -sSf -o /dev/null -D "$directory/headers" -X POST -H 'Content-Length: 0' \
		"$URL/v2/blobs/blobs/uploads/"
	curl -sSf -o /dev/null -T "$directory/blob" -H Expect: \
		"$URL$(tr -d '\r' <"$directory/headers" | sed -n 's/^[Ll]ocation: //p')?digest=$digest"
	since "$begin"
}

# Many clients, each of which asks for a manifest a hundred times.
many() {
	local begin=${EPOCHREALTIME/./} url=$URL/v2/subject/manifests/$digest

	seq "$1" | xargs -P "$1" -I {} curl -sSf -o /dev/null "$url?[1-100]" || return
	since "$begin"
}

# An empty index in the repository `subject`.
put_index() {
	start
	make_index
	curl -sSf -T index -H "Content-Type: $oci_index" "$URL/v2/subject/manifests/$digest" ||
		stop 'no index'
	repositories=$STORAGE/docker/registry/v2/repositories
}

# fill KIND FROM TO: directories as pushes would leave them.
fill() {
	perl - "$repositories" "$digest" "$@" <<-'FILL'
	use strict;
	my ($root, $digest, $kind, $from, $to) = @ARGV;
	mkdir "$root/$_" for qw(tags tags/_layers tags/_manifests tags/_manifests/tags all);
	for ($from + 1 .. $to) {
		my $path = sprintf $kind eq 'tags' ? "$root/tags/_manifests/tags/t%06d" : "$root/all/r%06d", $_;
		mkdir $_ for $path, $kind eq 'tags' ? "$path/current" : ("$path/_layers", "$path/_manifests");
		next unless $kind eq 'tags';
		open my $file, '>', "$path/current/link" or die $!;
		print $file $digest;
	}
	FILL
}

slopes() {
	awk -F '\t' '
	$2 > 0 && $3 > 0 && $4 > 0 {
		if (!n[$1]++)
			order[++kinds] = $1
		x = log($2)
		sx[$1] += x; sxx[$1] += x * x
		st[$1] += log($3); sxt[$1] += x * log($3)
		sm[$1] += log($4); sxm[$1] += x * log($4)
	}
	END {
		print "| grows | by time | by memory |\n|---|---|---|"
		for (i = 1; i <= kinds; i++) {
			k = order[i]
			d = n[k] * sxx[k] - sx[k] ^ 2
			if (d > 0)
				printf "| %s | %.2f | %.2f |\n", k, (n[k] * sxt[k] - sx[k] * st[k]) / d,
					(n[k] * sxm[k] - sx[k] * sm[k]) / d
		}
	}' "$results"
}

begin perl
results=$HYTHE_BUILD/growth.tsv
: >"$results"
put_index
end_server
before=0
for number in "${numbers[@]}"; do
	fill tags "$before" "$number"
	once 'tags, a page of 100' "$number" hythe-discovery get 'tags/tags/list?n=100'
	fill repositories "$before" "$number"
	once 'repositories, a page of 100' "$number" hythe-discovery get '_catalog?n=100'
	before=$number
done
for number in "${referrers[@]}"; do
	put_index
	subject=sha256:$(printf '%064d' "$number")
	"$client" referrers "${URL#http://}" "r$number" "$number" "$subject" || stop 'no referrers'
	end_server
	once 'referrers, a page of 100' "$number" hythe-discovery get "r$number/referrers/$subject?n=100"
done
for number in "${mebibytes[@]}"; do
	head -c $((number << 20)) /dev/urandom >blob
	once 'MiB of a blob that is pushed' "$number" hythe-uploads push
done
digest=$(digest_of index)
for number in "${clients[@]}"; do
	once 'clients, 100 requests each' "$number" hythe-manifests many "$number"
done
# Blobs of one shard, where all that a HEAD looks through lies.
for number in "${numbers[@]}"; do
	perl - "$repositories/../blobs/sha256/${digest:7:2}" "${digest:7:2}" "$number" <<-'FILL'
	my ($shard, $first, $count) = @ARGV;
	mkdir sprintf "%s/%s%062d", $shard, $first, $_ for 1 .. $count;
	FILL
	once 'blobs beside it, GET of one' "$number" hythe-manifests get "subject/manifests/$digest"
done
slopes | tee "$HYTHE_BUILD/growth.txt"
