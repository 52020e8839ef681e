#!/usr/bin/env bash
# cost.bash - what CephFS costs, beside the local disk and beside docker-registry
# SPDX-License-Identifier: ISC
#
# usage: cost.bash
#
# A Markdown table of milliseconds, the medians of COST_ROUNDS (11) requests of each
# kind, which take turns; and of manifests pushed in COST_SECONDS (10) by eight clients
# at once through one host and through two.

set -u

: "${HYTHE_SOURCE:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${HYTHE_BUILD:=$HYTHE_SOURCE}"
export HYTHE_SOURCE HYTHE_BUILD LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
. "$HYTHE_SOURCE/tests/hosts/ceph.bash"
. "$HYTHE_SOURCE/tests/hosts/hosts.bash"
. "$HYTHE_SOURCE/tests/clients/docker_registry.bash"

rounds=${COST_ROUNDS:-11} seconds=${COST_SECONDS:-10}
places='local CephFS docker-registry'
kinds='push-1k push-1m manifest pull-manifest pull-1m tags'
type=application/vnd.oci.image.manifest.v1+json

digest_of() {
	local sum

	sum=$(sha256sum <"$1")
	printf %s "sha256:${sum%% *}"
}

finish() {
	[[ ! ${docker_registry_pid:-} ]] || docker_registry_stop
	[[ ! ${local_pid:-} ]] || kill -TERM "$local_pid"
	hosts_stop 2>/dev/null
	ceph_stop
	rm -rf --one-file-system "$work"
}

# ask PLACE CURL-OPTION...: its milliseconds are added to a file; it must succeed.
ask() {
	curl -sSf -o "$work/answer" -D "$work/headers" -w '%{time_total}\n' "${@:3}" 2>"$work/error" |
		awk '{ print $1 * 1000 }' >>"$work/times/$1.$2"
	((!PIPESTATUS[0])) || { cat "$work/error" "$work/answer" >&2 && exit 1; }
}

# push PLACE KIND FILE: open, send and finish; one time for both requests.
push() {
	local location separator=\?

	ask "$1" open -X POST -H 'Content-Length: 0' "${at[$1]}/v2/cost/blobs/uploads/"
	location=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Ll]ocation: //p')
	[[ $location == http* ]] || location=${at[$1]}$location
	[[ $location != *\?* ]] || separator=\&
	ask "$1" put -X PUT -T "$3" -H 'Expect:' "$location${separator}digest=$(digest_of "$3")"
	paste -d ' ' "$work/times/$1.open" "$work/times/$1.put" | tail -n 1 |
		awk '{ print $1 + $2 }' >>"$work/times/$1.$2"
}

round() {
	local place size

	for size in 1024 1048576; do
		head -c "$size" /dev/urandom >"$work/blob$size"
	done
	printf '{"architecture":"amd64","os":"linux","created_by":"%s"}' "$RANDOM$RANDOM" >"$work/config"
	config=$(digest_of "$work/config") layer=$(digest_of "$work/blob1048576")
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' "$type" \
		'{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"'"$config"'","size":'"$(stat -c %s "$work/config")"'}' \
		'{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"'"$layer"'","size":1048576}' \
		>"$work/manifest"
	for place in $places; do
		push "$place" push-1k "$work/blob1024"
		push "$place" push-1m "$work/blob1048576"
		push "$place" config "$work/config"
		ask "$place" manifest -X PUT -T "$work/manifest" -H "Content-Type: $type" \
			-H Expect: "${at[$place]}/v2/cost/manifests/tag-$1"
		ask "$place" pull-manifest -H "Accept: $type" "${at[$place]}/v2/cost/manifests/tag-$1"
		ask "$place" pull-1m -L "${at[$place]}/v2/cost/blobs/$layer"
		ask "$place" tags "${at[$place]}/v2/cost/tags/list?n=100"
	done
}

median() {
	sort -n "$1" | awk '{ all[NR] = $1 } END { printf "%.1f", all[int((NR + 1) / 2)] }'
}

table() {
	local kind place

	printf '| milliseconds |'
	printf ' %s |' local CephFS 'docker-registry on CephFS'
	printf '\n|---|---:|---:|---:|\n'
	for kind in $kinds; do
		printf '| %s |' "$kind"
		for place in $places; do
			printf ' %s |' "$(median "$work/times/$place.$kind")"
		done
		printf '\n'
	done
}

# A repository and a manifest for each of the eight clients.
prepare_clients() {
	local client blob

	for ((client = 0; client < 8; client++)); do
		sed "s/}$/,\"annotations\":{\"client\":\"$client\"}}/" "$work/manifest" >"$work/manifest$client"
		for blob in "$config" "$layer"; do
			curl -sSf -o /dev/null -d '' \
				"$HOST_1/v2/cost$client/blobs/uploads/?mount=$blob&from=cost"
		done
	done
}

# Manifests that eight clients push in some seconds, through these hosts in turn: each to
# a repository of its own, or all to the repository `cost`, if that is the first argument.
count_pushes() {
	local client end=$((SECONDS + seconds)) files=() clients=() one=''

	[[ $1 != cost ]] || { one=$1 && shift; }
	for ((client = 0; client < 8; client++)); do
		files+=("$work/client$client")
		(
			url=${*:client % $# + 1:1}/v2/${one:-cost$client}/manifests
			for ((each = 0; SECONDS < end; each++)); do
				curl -sSf -o /dev/null -X PUT -T "$work/manifest$client" \
					-H "Content-Type: $type" -H Expect: "$url/growth-$client" && echo pushed
			done
		) >"$work/client$client" 2>/dev/null &
		clients+=($!)
	done
	wait "${clients[@]}"
	cat "${files[@]}" | wc -l
}

! reason=$(ceph_missing) || { echo "skipped: $reason" && exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hythe-cost.XXXXXX") || exit
ceph_mounts=() ceph=$work/ceph
trap finish EXIT
trap 'exit 143' INT TERM
mkdir "$work/times"
ceph_start "$work/ceph" "$work/mount1" "$work/mount2" || exit
mkdir -m 2750 "$work/mount1/store" "$work/mount1/other"
hosts_start "$work/hosts" "$work/mount1/store" "$work/mount2/store" RESERVE=64m || exit
setsid bash "$HYTHE_SOURCE/tests/hosts/host.bash" "$work/local" "$work/local/store" \
	$((${BALANCER##*:} + 1)) RESERVE=64m </dev/null >"$work/local.log" 2>&1 &
local_pid=$!
docker_registry_start "$work/docker-registry" "$work/mount1/other" || exit
tries=300
until [[ -e $work/local/ready ]]; do
	((tries--)) || { cat "$work/local.log" >&2 && exit 1; }
	sleep 0.1
done
declare -A at=([local]=http://127.0.0.1:$((${BALANCER##*:} + 1)) [CephFS]=$HOST_1
	[docker-registry]=http://$docker_registry)
for ((number = 0; number < rounds; number++)); do
	round "$number"
done
table
prepare_clients
printf '\n| manifests in %d s by eight clients | one host | two hosts |\n|---|---:|---:|\n' "$seconds"
printf '| %s | %d | %d |\n' 'each to its own repository' "$(count_pushes "$HOST_1")" \
	"$(count_pushes "$HOST_1" "$HOST_2")" \
	'all to one repository' "$(count_pushes cost "$HOST_1")" \
	"$(count_pushes cost "$HOST_1" "$HOST_2")"
printf '\nload %s\n' "$(cut -d ' ' -f 1 /proc/loadavg)"
