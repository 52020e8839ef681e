#!/usr/bin/env bash
# start.bash - what a CGI request costs above a program that prints one line
# SPDX-License-Identifier: ISC
#
# usage: start.bash [BUILD]...
#
# From fork to exit, without a web server, dynamic and static: a program that
# prints one line, and of each build tree, $HYTHE_BUILD if none is named, `GET /v2/'
# and HEAD of a manifest and of a blob, in a store with one image.  BENCH_ROUNDS
# [500] runs of each, one after the other; the medians are printed.

set -eu

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
builds=("$@")
((${#builds[@]})) || builds=("${HYTHE_BUILD:?which build tree?}")
directory=$(mktemp -d "${TMPDIR:-/tmp}/hythe-start.XXXXXX")
trap 'rm -rf "$directory"' EXIT

cat >"$directory/line.c" <<'END'
#include <stdio.h>
int main(void) { return puts("one line") < 0; }
END
"${CC:-cc}" -O2 -o "$directory/line-dynamic" "$directory/line.c"
"${CC:-cc}" -O2 -static -o "$directory/line-static" "$directory/line.c"
"${CC:-cc}" -O2 -o "$directory/start" "$HYTHE_SOURCE/tests/bench/start.c"
mkdir -m 700 "$directory/store"

# cgi METHOD URI PROGRAM: one request; standard input is the body.
cgi() {
	env -i GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 HYTHE_CONFIG=/dev/null \
		HYTHE_STORAGE="$directory/store" HYTHE_OPEN=yes REQUEST_METHOD="$1" \
		REQUEST_URI="$2" CONTENT_LENGTH="${length:-0}" "${@:3}"
}

# An image without layers, of which the configuration is the blob to ask for.
push() {
	local digest manifest

	digest=sha256:$(printf '{}' | sha256sum | cut -d ' ' -f 1)
	printf '{}' | length=2 cgi POST "/v2/a/blobs/uploads/?digest=$digest" "$1/hythe-uploads" |
		grep -q '^Status: 201'
	manifest=$(printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[]}' \
		application/vnd.oci.image.manifest.v1+json \
		"{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"$digest\",\"size\":2}")
	printf %s "$manifest" | length=${#manifest} cgi PUT /v2/a/manifests/latest \
		CONTENT_TYPE=application/vnd.oci.image.manifest.v1+json "$1/hythe-manifests" |
		grep -q '^Status: 201'
	blob=/v2/a/blobs/$digest
}

push "${builds[0]}/fcgi"
rounds=${BENCH_ROUNDS:-500}
programs=("$directory"/line-*)
"$directory/start" "$rounds" "${programs[@]}"
for build in "${builds[@]}"; do
	printf '#!/bin/sh\nHYTHE_CONFIG=/dev/null\nexport HYTHE_CONFIG\nexec %s 2>>/dev/null\n' \
		"$build/fcgi/hythe-discovery" >"$directory/hythe-discovery.cgi"
	chmod +x "$directory/hythe-discovery.cgi"
	cgi GET /v2/ "$directory/start" "$rounds" "$build/fcgi/hythe-discovery" \
		"$directory/hythe-discovery.cgi"
	cgi HEAD /v2/a/manifests/latest "$directory/start" "$rounds" "$build/fcgi/hythe-manifests"
	cgi HEAD "$blob" "$directory/start" "$rounds" "$build/fcgi/hythe-blobs"
done
