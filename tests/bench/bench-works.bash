# bench-works.bash - the works of bench.sh
# SPDX-License-Identifier: ISC
#
# work_NAME goes through the parties in ${turn[@]} and records what it measured of each.

works_before='idle'
works_round='push_length push_chunked pull_large pull_small small_requests push_small
	manifest_put skopeo'
works_once='push_once lists at_once slow_clients written sizes'
manifest_type=application/vnd.docker.distribution.manifest.v2+json

# ask EXPECTED-STATUS curl's arguments...
ask() {
	local got

	got=$(curl -sS -o "$directory/answer" -D "$directory/headers" -w '%{http_code}' \
		-H Expect: "${@:2}")
	[[ $got == "$1" ]] || stop "answered $got, not $1: ${*:2}"
}

# Where the last answer pointed to, whole.
location() {
	local to

	to=$(tr -d '\r' <"$directory/headers" | sed -n 's/^[Ll]ocation: //p')
	[[ $to == http* ]] || to=$1$to
	printf %s "$to"
}

# push BASE FILE DIGEST [-]: POST, one PATCH, PUT, as docker does it; with -, chunked.
push() {
	local to query='?'

	ask 202 -X POST -H 'Content-Length: 0' "$1/v2/bench/blobs/uploads/"
	to=$(location "$1")
	ask 202 -X PATCH -T "${4:-$2}" -H 'Content-Type: application/octet-stream' "$to" <"$2"
	to=$(location "$1")
	[[ $to != *\?* ]] || query='&'
	ask 201 -X PUT -H 'Content-Length: 0' "$to${query}digest=$3"
}

# An image of one layer of 1 MiB, in both, and one of forty layers to copy.
prepare() {
	local who

	head -c 1048576 /dev/urandom >"$directory/small"
	small=$(digest_of "$directory/small")
	ln "$directory/small" "$directory/static/small"
	printf '{}' >"$directory/config"
	cat >"$directory/manifest" <<-MANIFEST
	{ "schemaVersion": 2, "mediaType": "$manifest_type",
	"config": { "mediaType": "application/vnd.docker.container.image.v1+json",
	"digest": "$(digest_of "$directory/config")", "size": 2 },
	"layers": [ { "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
	"digest": "$small", "size": 1048576 } ] }
	MANIFEST
	for who in hythe docker-registry; do
		push "${at[$who]}" "$directory/small" "$small"
		push "${at[$who]}" "$directory/config" "$(digest_of "$directory/config")"
		ask 201 -X PUT -T "$directory/manifest" -H "Content-Type: $manifest_type" \
			"${at[$who]}/v2/bench/manifests/latest"
		ask 200 "${at[$who]}/v2/bench/tags/list"
		ask 200 "${at[$who]}/v2/bench/blobs/$small"
	done
	make_layout "$directory/image" 40 100000
}

# Of each round: large blobs that nobody has, instead of those of the round before.
new_data() {
	find "$STORAGE" "$directory/docker-registry-store" -name data -size +8M -delete
	rm -f "$directory"/{large,chunked,static/large,loop}
	head -c "$bytes" /dev/urandom >"$directory/large"
	cp "$directory/large" "$directory/chunked"
	printf 'round %d' "$1" | dd of="$directory/chunked" conv=notrunc status=none
	ln "$directory/large" "$directory/static/large"
	large=$(digest_of "$directory/large")
	chunked=$(digest_of "$directory/chunked")
	sync
}

# A virtual machine may have given free memory back, and pays for it anew when it is used:
# what one party frees the next would have for less.
have_memory() {
	head -c $((2 * bytes)) /dev/zero >"$directory/memory" && rm "$directory/memory"
}

# push_to_limit FILE: what the loop does with it, and its seconds of processor.
push_to_limit() {
	local TIMEFORMAT='%U %S' times

	rm -f "$directory/loop"
	times=$({ time "$HYTHE_BUILD/tests/bench/loop" "$directory/loop" <"$1" >/dev/null; } 2>&1) ||
		stop 'no loop'
	awk '{ print $1 + $2 }' <<<"$times"
}

# push_large WORK FILE DIGEST [-]: bytes in a microsecond, which are MB/s, and the
# processors' seconds for a GiB.
push_large() {
	local who begin end from to

	for who in "${turn[@]}"; do
		have_memory
		sync
		from=0
		# shellcheck disable=SC2086
		[[ $who == limit ]] || from=$(cpu_of ${process[$who]})
		begin=${EPOCHREALTIME/./}
		if [[ $who == limit ]]; then
			to=$(push_to_limit "$2") || exit
			end=${EPOCHREALTIME/./}
		else
			push "${at[$who]}" "${@:2}"
			end=${EPOCHREALTIME/./}
			# shellcheck disable=SC2086
			to=$(cpu_of ${process[$who]})
		fi
		record "$1" MB/s "$who" $((bytes / (end - begin)))
		record "$1: processor" s/GiB "$who" "$(awk -v from="$from" -v to="$to" -v bytes="$bytes" \
			'BEGIN { print (to - from) * 1073741824 / bytes }')"
	done
}

work_push_length() {
	push_large 'push, with its length' "$directory/large" "$large"
}

work_push_chunked() {
	push_large 'push, chunked' "$directory/chunked" "$chunked" -
}

work_pull_large() {
	local who begin end url

	for who in "${turn[@]}"; do
		url=${at[$who]}/v2/bench/blobs/$large
		[[ $who != limit ]] || url=${at[limit]}/large
		begin=${EPOCHREALTIME/./}
		curl -sSf -o /dev/null "$url" || stop "no $url"
		end=${EPOCHREALTIME/./}
		record "pull of $((bytes >> 20)) MiB" MB/s "$who" $((bytes / (end - begin)))
	done
}

# rate URL [METHOD [STATUS]]: requests a second; all are answered so, or none.
rate() {
	local script=$directory/rate.lua

	curl -sS -o /dev/null -w '%{http_code}' -H "Accept: $manifest_type" \
		${2:+$([[ $2 == GET ]] || echo --head)} "$1" | grep -qx "${3:-200}" || stop "not ${3:-200}: $1"
	if [[ ${2:-GET} == HEAD ]]; then
		# wrk waits for the body that a HEAD has not.
		ab -q -i -k -c "$connections" -t "$seconds" -n 10000000 "$1" 2>&1
	else
		printf 'wrk.headers["Accept"] = "%s"\n' "$manifest_type" >"$script"
		wrk -t 2 -c "$connections" -d "$seconds" -s "$script" "$1"
	fi | awk -v all="${3:-200}" '/^ *Non-2xx/ && all < 400 { bad = 1 }
		/^Requests\/sec/ { number = $2 }
		/^Requests per second/ { number = $4 }
		END { if (!bad && number > 0) print number }' | grep . || stop "errors under load: $1"
}

# record_rate WORK WHO URL [METHOD [STATUS]]
record_rate() {
	local number

	number=$(rate "${@:3}") || exit
	record "$1" 1/s "$2" "$number"
}

work_pull_small() {
	local who url

	for who in "${turn[@]}"; do
		url=${at[$who]}/v2/bench/blobs/$small
		[[ $who != limit ]] || url=${at[limit]}/small
		record_rate 'pull of 1 MiB' "$who" "$url"
	done
}

work_small_requests() {
	local what path method status who manifest

	manifest=$(digest_of "$directory/manifest")
	while IFS='|' read -r what path method status; do
		for who in "${turn[@]}"; do
			if [[ $who == limit ]]; then
				record_rate "$what" limit "${at[limit]}/line" "$method" 200
			else
				record_rate "$what" "$who" "${at[$who]}$path" "$method" "$status"
			fi
		done
	done <<-REQUESTS
	GET of a manifest by tag|/v2/bench/manifests/latest|GET|200
	GET of a manifest by digest|/v2/bench/manifests/$manifest|GET|200
	HEAD of a blob|/v2/bench/blobs/$small|HEAD|200
	GET of what is not there|/v2/bench/manifests/none|GET|404
	REQUESTS
}

# by_client WORK UNIT COUNT WHAT ARGUMENT...: how many a second client.pl does.
by_client() {
	local who begin end

	for who in "${turn[@]}"; do
		[[ $who != limit ]] || continue
		begin=${EPOCHREALTIME/./}
		"$bench/client.pl" "$3" "${at[$who]#http://}" bench "${@:4}" || stop "$1: $who"
		end=${EPOCHREALTIME/./}
		record "$1" "$2" "$who" "$(awk -v count="$4" -v us=$((end - begin)) 'BEGIN { print count * 1e6 / us }')"
	done
}

work_push_small() {
	by_client 'push of a small blob, synced' 1/s blobs 200 1000
}

work_manifest_put() {
	by_client 'PUT of a manifest under a new tag' 1/s tags 100 "$directory/manifest" "$manifest_type"
}

work_skopeo() {
	local who begin end

	for who in "${turn[@]}"; do
		[[ $who != limit ]] || continue
		begin=${EPOCHREALTIME/./}
		skopeo copy -q --dest-tls-verify=false "oci:$directory/image" \
			"docker://${at[$who]#http://}/copy/r$number:v1" || stop "skopeo to $who"
		end=${EPOCHREALTIME/./}
		record 'skopeo copy of 40 layers, in' s "$who" "$(awk -v us=$((end - begin)) 'BEGIN { print us / 1e6 }')"
		rm -rf "$directory/back"
		begin=${EPOCHREALTIME/./}
		skopeo copy -q --src-tls-verify=false "docker://${at[$who]#http://}/copy/r$number:v1" \
			"dir:$directory/back" || stop "skopeo from $who"
		end=${EPOCHREALTIME/./}
		record 'skopeo copy of 40 layers, out' s "$who" "$(awk -v us=$((end - begin)) 'BEGIN { print us / 1e6 }')"
	done
}

# Both read the same directories, which nobody pushed: tags and repositories made by
# hand; and, of hythe alone, for the other has none, referrers that were pushed.
fill_lists() {
	perl - "$STORAGE/docker/registry/v2/repositories/lists" "$list" "$(digest_of "$directory/manifest")" <<-'FILL'
	use strict;
	my ($root, $count, $digest) = @ARGV;
	sub put { open my $file, '>', $_[0] or die "$_[0]: $!"; print $file $digest }
	mkdir $_ for $root, "$root/tags", map { "$root/tags/$_" } qw(_layers _manifests _manifests/tags);
	for (1 .. $count) {
		my $tag = sprintf "$root/tags/_manifests/tags/t%06d", $_;
		mkdir $tag; mkdir "$tag/current"; put("$tag/current/link");
	}
	mkdir "$root/all";
	for (1 .. $count / 10) {
		my $name = sprintf "$root/all/r%06d", $_;
		mkdir $_ for $name, map { "$name/$_" } qw(_layers _manifests _manifests/tags);
	}
	FILL
	ln -s "$STORAGE/docker/registry/v2/repositories/lists" \
		"$directory/docker-registry-store/docker/registry/v2/repositories/lists"
	subject=sha256:$(printf '%064d' 1)
	"$bench/client.pl" referrers "${at[hythe]#http://}" lists/subject $((list / 10)) "$subject" ||
		stop 'no referrers'
}

# page WHAT PATH WHO...: the median of five, in milliseconds.
page() {
	local who url

	for who in "${@:3}"; do
		url=${at[$who]}$2
		record "$1" ms "$who" "$(curl -sSf -o /dev/null -w '%{time_total}\n' "$url" \
			-o /dev/null "$url" -o /dev/null "$url" -o /dev/null "$url" -o /dev/null "$url" |
			sort -g | awk 'NR == 3 { print 1000 * $1 }')"
	done
}

work_lists() {
	local i

	fill_lists
	for ((i = 0; i < rounds; i++)); do
		page "100 of $list tags" '/v2/lists/tags/tags/list?n=100' hythe docker-registry
		page "100 of $((list / 10)) referrers" "/v2/lists/subject/referrers/$subject?n=100" hythe
		page "100 of $((list / 10)) repositories" '/v2/_catalog?n=100' hythe docker-registry
	done
}

# Both just as they are after some requests.
work_idle() {
	# shellcheck disable=SC2046
	record 'memory, idle: the programs' MB hythe \
		"$(pss_of $(tree "${process[hythe]}" | grep -vx "${process[hythe]}"))"
	record 'memory, idle: the programs' MB docker-registry "$(pss_of "${process[docker-registry]}")"
	record 'memory, idle: lighttpd' MB hythe "$(pss_of "${process[hythe]}")"
}

work_at_once() {
	local who took programs server what="$pushes pushes of $((push_bytes >> 20)) MiB at once"

	head -c "$push_bytes" /dev/urandom >"$directory/pushed"
	for who in hythe docker-registry; do
		touch "$directory/going"
		peak_of "${process[$who]}" "$directory/going" >"$directory/peak" &
		took=$("$bench/client.pl" pushes "${at[$who]#http://}" bench "$pushes" "$directory/pushed") ||
			stop "pushes at once: $who"
		rm "$directory/going"
		wait $!
		read -r programs server <"$directory/peak"
		[[ $who == hythe ]] || programs=$server
		record "$what" s "$who" "$took"
		record 'memory, at most then: the programs' MB "$who" "$programs"
		[[ $who != hythe ]] || record 'memory, at most then: lighttpd' MB "$who" "$server"
	done
	find "$STORAGE" "$directory/docker-registry-store" -name data -size +1M ! -size 1M -delete
}

# As many slow uploads as there are threads; the rest is served as before.
work_slow_clients() {
	local who slow

	for who in hythe docker-registry; do
		"$bench/client.pl" slow "${at[$who]#http://}" bench 16 $((2 * seconds + 2)) &
		slow=$!
		sleep 1
		record_rate 'GET of a manifest by tag, beside 16 slow uploads' "$who" \
			"${at[$who]}/v2/bench/manifests/latest"
		turn=("$who")
		by_client 'small blobs, beside 16 slow uploads' 1/s blobs 50 1000
		wait "$slow"
	done
}

# push_by_apache: push_large, with hythe behind Apache; prints what is to be recorded.
push_by_apache() {
	# shellcheck disable=SC2317
	record() {
		(IFS=$'\t' && printf '%s\n' "$*")
	}
	# shellcheck source=/dev/null
	. "$HYTHE_SOURCE/tests/servers/apache.bash"
	trap - EXIT
	server_storage=''
	server_start fastcgi "$directory/once" >&2 || exit
	at[hythe]=$URL process[hythe]="$server_pid $server_attached"
	for ((number = 1; number <= rounds; number++)); do
		new_data "$number"
		in_turn "$number"
		push_large 'push by Apache, with its length' "$directory/large" "$large"
		push_large 'push by Apache, chunked' "$directory/chunked" "$chunked" -
	done
	server_stop
}

# Where a body is handed over as it comes, and bytes are written once.
work_push_once() {
	local work per who value

	(push_by_apache) >"$directory/records" || stop 'no push by Apache'
	while IFS=$'\t' read -r work per who value; do
		record "$work" "$per" "$who" "$value"
	done <"$directory/records"
}

# Other ways to deploy, each started for it alone.
work_written() {
	local deployment written

	head -c "$write_bytes" /dev/urandom >"$directory/pushed"
	record 'written for a byte pushed: docker-registry' bytes docker-registry \
		"$(per_byte push "${at[docker-registry]}" "$directory/pushed" "$(digest_of "$directory/pushed")")"
	for deployment in $deployments; do
		written=$(
			# shellcheck source=/dev/null
			. "$HYTHE_SOURCE/tests/servers/${deployment%/*}.bash"
			trap - EXIT
			server_storage=''
			server_start "${deployment#*/}" "$directory/$deployment" >&2 || exit
			per_byte push "$URL" "$directory/pushed" "$(digest_of "$directory/pushed")"
			server_stop
		) || stop "$deployment did not start"
		record "written for a byte pushed: $deployment" bytes hythe "$written"
	done
}

per_byte() {
	awk -v written="$(written_by "$directory" "$@")" -v bytes="$write_bytes" \
		'BEGIN { printf "%.3f\n", written / bytes }'
}

# The five programs, without symbols.
work_sizes() {
	local program sum=0

	for program in blobs discovery manifests token uploads; do
		strip -o "$directory/stripped" "$HYTHE_BUILD/fcgi/hythe-$program" || stop 'no strip'
		sum=$((sum + $(stat -c %s "$directory/stripped")))
	done
	record 'size of the programs' kB hythe $((sum / 1000))
	record 'size of the programs' kB docker-registry \
		$(($(stat -L -c %s "$(type -P docker-registry)") / 1000))
}
