#!/usr/bin/env bats
# 30-manifests.bats - manifests and indexes, put and got
# SPDX-License-Identifier: ISC

# bats file_tags=manifests

. "$BATS_TEST_DIRNAME/../helper.bash"

# The answer to an accepted manifest.
accepted() {
	local wanted=$1

	expect_status 201
	expect_header Docker-Content-Digest "$wanted"
	expect_location manifest "$name" "$wanted"
	expect_empty
}

# got REFERENCE FILE TYPE: GET and HEAD give this.
got() {
	request GET manifest "$name" "$1" ${4:+-H "$4"}
	expect_status 200
	expect_body "$2"
	expect_header Content-Type "$3"
	expect_header Content-Length "$(stat -c %s "$2")"
	expect_header Docker-Content-Digest "$(digest_of "$2")"
	expect_header ETag "\"$(digest_of "$2")\""
	cp "$headers" got
	request HEAD manifest "$name" "$1" ${4:+-H "$4"}
	expect_status 200
	expect_empty
	diff <(grep -vi '^date:' got) <(grep -vi '^date:' "$headers")
}

# bats test_tags=must,end-7,end-3
@test "end-7 end-3 by tag, and back by tag and digest" {
	make_image 2
	put_manifest latest "$image"
	accepted "$image_digest"
	expect_no_header OCI-Subject
	got latest "$image" "$oci_manifest"
	got "$image_digest" "$image" "$oci_manifest"
	request GET "/v2/$name/manifests/${image_digest/:/%3A}"
	expect_body "$image"
}

# bats test_tags=must,end-7,end-3
@test "end-7 end-3 by digest" {
	make_image
	put_manifest "$image_digest" "$image"
	accepted "$image_digest"
	got "$image_digest" "$image" "$oci_manifest"
	request GET tags "$name"
	strictly expect_status 200
	strictly expect_json '.tags == []'
}

# bats test_tags=should,end-7
@test "end-7 chunked, without a length" {
	make_image
	request PUT manifest "$name" latest --body "$image" --chunked \
		-H "Content-Type: $oci_manifest"
	accepted "$image_digest"
	got latest "$image" "$oci_manifest"
}

# bats test_tags=must,end-3
@test "end-3 odd white space and order come back byte for byte" {
	make_image
	jq --tab 'to_entries | reverse | from_entries' "$image" >odd
	printf '\r\n\t  \n' | cat - odd - >odder
	put_manifest odd odder
	accepted "$(digest_of odder)"
	got odd odder "$oci_manifest"
}

# bats test_tags=must,end-3
@test "end-3 characters outside ASCII and escapes come back byte for byte" {
	make_image
	printf '{ "annotations":{"\\u00e4\\ud83d\\ude00":"\303\244\\/\\"","":"x"},%s' \
		"$(tail -c +2 "$image")" >odd
	put_manifest odd odd
	accepted "$(digest_of odd)"
	got odd odd "$oci_manifest"
}

# bats test_tags=must,end-7
@test "end-7 fields that nobody knows are kept" {
	make_image
	jq -c '. + {"x-unknown": [1, {"a": null}], "artifactType": "application/vnd.example"}' \
		"$image" >odd
	put_manifest odd odd
	accepted "$(digest_of odd)"
	got odd odd "$oci_manifest"
}

# bats test_tags=should,end-3
@test "end-3 whatever the client accepts, it gets what is there" {
	local accept

	push_image latest
	for accept in '*/*' application/json "$docker_manifest" "$oci_index, */*" text/html ''; do
		got latest "$image" "$oci_manifest" "Accept: $accept"
	done
}

# bats test_tags=offer,end-3
@test "end-3 If-None-Match: 304, without a body" {
	local each

	push_image latest
	for each in "\"$image_digest\"" "W/\"$image_digest\"" "\"x\", \"$image_digest\"" '*'; do
		request GET manifest "$name" latest -H "If-None-Match: $each"
		expect_status 304
		expect_header ETag "\"$image_digest\""
		request HEAD manifest "$name" "$image_digest" -H "If-None-Match: $each"
		expect_status 304
	done
	got latest "$image" "$oci_manifest" 'If-None-Match: "other"'
}

# bats test_tags=offer,end-3
@test "end-3 Range does not matter for manifests, or is kept to" {
	push_image latest
	request GET manifest "$name" latest -H 'Range: bytes=0-9'
	expect_status 200 206
	if [[ $status == 200 ]]; then
		expect_body "$image"
	else
		expect_equal "$(<"$body")" "$(head -c 10 "$image")"
	fi
}

# bats test_tags=must,end-3
@test "end-3 unknown: 404, and what" {
	push_image latest
	request GET manifest "$name" none
	refused 404 MANIFEST_UNKNOWN
	expect_fault --arg name "$name" '.errors[0].detail | .name == $name and .reference == "none"'
	digest=$(absent_digest)
	request GET manifest "$name" "$digest"
	refused 404 MANIFEST_UNKNOWN
	expect_fault --arg digest "$digest" '.errors[0].detail.reference == $digest'
	request HEAD manifest "$name" none
	expect_status 404
	request GET manifest "$name" Latest
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=should,end-3
@test "end-3 another repository's manifest: 404" {
	push_image latest
	request GET manifest "$name/other" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name/other" latest
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=offer,end-7
@test "end-7 Docker's types, with and without mediaType in the body" {
	make_image
	jq -c --arg type "$docker_manifest" '.mediaType = $type' "$image" >docker
	put_manifest docker docker "$docker_manifest"
	accepted "$(digest_of docker)"
	got docker docker "$docker_manifest"
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$docker_list" \
		"$(descriptor "$docker_manifest" docker)" >list
	put_manifest list list "$docker_list"
	accepted "$(digest_of list)"
	got list list "$docker_list"
}

# bats test_tags=should,end-7
@test "end-7 no mediaType in the body: OCI's, and only as OCI's" {
	make_image
	jq -c 'del(.mediaType)' "$image" >bare
	put_manifest bare bare "$oci_manifest"
	accepted "$(digest_of bare)"
	got bare bare "$oci_manifest"
	put_manifest bare bare "$docker_manifest"
	refused 400 MANIFEST_INVALID
	printf '{"schemaVersion":2,"manifests":[]}' >index
	put_manifest index index "$oci_index"
	accepted "$(digest_of index)"
	got index index "$oci_index"
}

# bats test_tags=offer,end-7
@test "end-7 parameters and case of the Content-Type do not matter" {
	make_image
	put_manifest a "$image" "$oci_manifest; charset=utf-8"
	accepted "$image_digest"
	put_manifest b "$image" "${oci_manifest^^}"
	accepted "$image_digest"
	got a "$image" "$oci_manifest"
	got b "$image" "$oci_manifest"
}

# bats test_tags=offer,end-7
@test "end-7 a Content-Type that says nothing, or none: the body's mediaType counts" {
	local type

	make_image
	request PUT manifest "$name" latest --body "$image"
	accepted "$image_digest"
	got latest "$image" "$oci_manifest"
	for type in application/octet-stream application/json; do
		put_manifest latest "$image" $type
		accepted "$image_digest"
		jq -c --arg type $type '.mediaType = $type' "$image" >odd
		put_manifest latest odd $type
		expect_status 400
		expect_code MANIFEST_INVALID
	done
	got latest "$image" "$oci_manifest"
}

# bats test_tags=should,end-7
@test "end-7 Content-Type and mediaType differ: 400 (CVE-2021-41190, GHSA-qq97-vm5h-rrhg)" {
	local type

	make_image
	for type in "$docker_manifest" "$oci_index" "$docker_list"; do
		put_manifest latest "$image" "$type"
		refused 400 MANIFEST_INVALID
	done
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=offer,end-7
@test "end-7 types that are no manifest's: 400" {
	local type

	make_image
	for type in text/html "$oci_config" \
		application/vnd.oci.artifact.manifest.v1+json \
		application/vnd.cncf.oras.artifact.manifest.v1+json x "$oci_manifest,text/html"; do
		put_manifest latest "$image" "$type"
		expect_status 400
		expect_code MANIFEST_INVALID
		jq -c --arg type "$type" '.mediaType = $type' "$image" >odd
		put_manifest latest odd "$type"
		expect_status 400
		expect_code MANIFEST_INVALID
	done
}

# bats test_tags=offer,end-7
@test "end-7 schema 1 is refused by name" {
	local type

	printf '{"schemaVersion":1,"name":"%s","tag":"latest","fsLayers":[],"history":[]}' \
		"$name" >one
	for type in application/vnd.docker.distribution.manifest.v1+json \
		application/vnd.docker.distribution.manifest.v1+prettyjws; do
		put_manifest latest one $type
		expect_status 400
		expect_code MANIFEST_INVALID
		expect_fault '[.errors[] | tostring | ascii_downcase | contains("schema 1")] | any'
	done
}

# bats test_tags=must,end-7
@test "end-7 an index, and its manifests by digest" {
	make_image
	put_manifest "$image_digest" "$image"
	jq -c '. + {annotations: {n: "2"}}' "$image" >second
	put_manifest "$(digest_of second)" second
	index_of "$image" second >index
	put_manifest latest index "$oci_index"
	accepted "$(digest_of index)"
	got latest index "$oci_index"
	got "$(digest_of second)" second "$oci_manifest"
}

# bats test_tags=should,end-7
@test "end-7 an index of an index" {
	push_image latest
	index_of "$image" >inner
	put_manifest "$(digest_of inner)" inner "$oci_index"
	accepted "$(digest_of inner)"
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$oci_index" \
		"$(descriptor "$oci_index" inner)" >outer
	put_manifest nested outer "$oci_index"
	accepted "$(digest_of outer)"
	got nested outer "$oci_index"
}

# bats test_tags=should,end-7
@test "end-7 an index whose manifests are missing is accepted" {
	jq -n -c --arg type "$oci_index" --arg child "$oci_manifest" --arg digest "$(absent_digest)" '{
		schemaVersion: 2, mediaType: $type, manifests: [{mediaType: $child, digest: $digest,
		size: 7, platform: {os: "linux", architecture: "arm64"}}]}' >index
	put_manifest sparse index "$oci_index"
	accepted "$(digest_of index)"
	got sparse index "$oci_index"
}

# bats test_tags=should,end-7
@test "end-7 an empty index" {
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >index
	put_manifest empty index "$oci_index"
	accepted "$(digest_of index)"
}

# bats test_tags=should,end-7
@test "end-7 an image without layers" {
	make_image 0
	put_manifest bare "$image"
	accepted "$image_digest"
	got bare "$image" "$oci_manifest"
}

# bats test_tags=should,end-7
@test "end-7 the same layer twice" {
	make_image
	jq -c '.layers += .layers' "$image" >twice
	put_manifest twice twice
	accepted "$(digest_of twice)"
}

# bats test_tags=should,end-7
@test "end-7 an image of 500 layers, all one blob" {
	make_image
	jq -c '.layers = [range(500) as $i | .layers[0]]' "$image" >many
	put_manifest many many
	accepted "$(digest_of many)"
	got many many "$oci_manifest"
}

# bats test_tags=must,end-7
@test "end-7 any type of config, and of layers: helm, signatures, models" {
	make_image
	jq -c '.config.mediaType = "application/vnd.cncf.helm.config.v1+json" |
		.layers[0].mediaType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"' \
		"$image" >helm
	put_manifest chart helm
	accepted "$(digest_of helm)"
}

# bats test_tags=must,end-7
@test "end-7 an artifact with the empty config" {
	printf '{}' >config
	push_blob config
	jq -n -c --arg type "$oci_manifest" --arg digest "$digest" '{
		schemaVersion: 2, mediaType: $type, artifactType: "application/vnd.example",
		config: {mediaType: "application/vnd.oci.empty.v1+json", digest: $digest, size: 2,
			data: "e30="},
		layers: [{mediaType: "application/vnd.oci.empty.v1+json", digest: $digest, size: 2}]
	}' >artifact
	put_manifest thing artifact
	accepted "$(digest_of artifact)"
}

# bats test_tags=offer,end-7
@test "end-7 foreign layers need not be there" {
	local type

	make_image
	for type in application/vnd.docker.image.rootfs.foreign.diff.tar.gzip \
		application/vnd.oci.image.layer.nondistributable.v1.tar \
		application/vnd.oci.image.layer.nondistributable.v1.tar+gzip \
		application/vnd.oci.image.layer.nondistributable.v1.tar+zstd; do
		jq -c --arg type $type --arg digest "$(absent_digest)" \
			'.layers += [{mediaType: $type, digest: $digest, size: 9,
			urls: ["https://registry.example/x"]}]' "$image" >foreign
		put_manifest foreign foreign
		accepted "$(digest_of foreign)"
		jq -c 'del(.layers[-1].urls)' foreign >without
		put_manifest foreign without
		accepted "$(digest_of without)"
	done
}

# bats test_tags=must,end-7
@test "end-7 a subject that is missing is accepted, and told" {
	local subject

	make_image
	subject=$(absent_digest)
	jq -c --arg type "$oci_manifest" --arg digest "$subject" \
		'.subject = {mediaType: $type, digest: $digest, size: 5}' "$image" >signed
	put_manifest "$(digest_of signed)" signed
	accepted "$(digest_of signed)"
	subject_told
	index_of "$image" | jq -c --arg type "$oci_manifest" --arg digest "$subject" \
		'.subject = {mediaType: $type, digest: $digest, size: 5}' >index
	put_manifest signed index "$oci_index"
	accepted "$(digest_of index)"
	subject_told
}

# bats test_tags=must,end-7
@test "end-7 a digest in the URL that is not the body's: 400 DIGEST_INVALID" {
	make_image
	digest=$(absent_digest)
	put_manifest "$digest" "$image"
	refused 400 DIGEST_INVALID
	request GET manifest "$name" "$digest"
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name" "$image_digest"
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=offer,end-7
@test "end-7 a digest that is not the body's is told alone, whatever else is wrong" {
	printf '{' >cut
	put_manifest "$(absent_digest)" cut
	refused 400 DIGEST_INVALID
}

# bats test_tags=must,end-7
@test "end-7 a tag moves, and what it was stays" {
	push_image latest
	local first=$image_digest
	cp "$image" first
	jq -c '. + {annotations: {n: "2"}}' first >second
	put_manifest latest second
	accepted "$(digest_of second)"
	got latest second "$oci_manifest"
	got "$first" first "$oci_manifest"
	put_manifest latest first
	got latest first "$oci_manifest"
}

# bats test_tags=must,end-7
@test "end-7 the same push again, and again under another tag" {
	push_image latest
	put_manifest latest "$image"
	accepted "$image_digest"
	put_manifest stable "$image"
	accepted "$image_digest"
	got stable "$image" "$oci_manifest"
	got latest "$image" "$oci_manifest"
}

# long_image BYTES: the image, with white space behind it.
long_image() {
	cat "$image"
	head -c $(($1 - $(stat -c %s "$image"))) /dev/zero | tr '\0' ' '
}

# bats test_tags=should,end-7
@test "end-7 four megabytes exactly are accepted, one byte more is 413" {
	make_image
	long_image $((4 * 1024 * 1024)) >full
	put_manifest full full
	expect_status 201
	[[ $strict ]] || return 0 # a limit may be higher
	printf ' ' | cat full - >bad
	put_manifest bad bad
	refused 413 MANIFEST_INVALID
	request PUT manifest "$name" bad --body bad --chunked -H "Content-Type: $oci_manifest"
	refused 413 MANIFEST_INVALID
	request GET manifest "$name" bad
	refused 404 MANIFEST_UNKNOWN
}

# bats test_tags=should,end-7
@test "end-7 much more than the limit: 413, with and without a length (CVE-2017-11468)" {
	make_image
	long_image 14000000 >bad
	put_manifest bad bad
	refused 413 MANIFEST_INVALID
	request PUT manifest "$name" bad --body bad --chunked -H "Content-Type: $oci_manifest"
	refused 413 MANIFEST_INVALID
}

# bats test_tags=must,end-7
@test "end-7 a tag from an image to an index" {
	push_image latest
	index_of "$image" >index
	put_manifest latest index "$oci_index"
	accepted "$(digest_of index)"
	got latest index "$oci_index"
}

# bats test_tags=must,end-7,concurrency
@test "end-7 many tags of one manifest at once, each of them there" {
	local i pids=()

	make_image
	for ((i = 0; i < 8; i++)); do
		(
			mkdir "$i" || exit
			BATS_TEST_TMPDIR=$PWD/$i
			put_manifest "tag$i" "$image" && expect_status 201
		) &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	request GET tags "$name"
	expect_json '.tags | sort == ["tag0", "tag1", "tag2", "tag3", "tag4", "tag5", "tag6", "tag7"]'
}

# bats test_tags=must,end-7,end-3,concurrency
@test "end-7 end-3 a tag that moves all the time is always one or the other" {
	local i

	push_image latest
	cp "$image" first
	jq -c '. + {annotations: {n: "2"}}' first >second
	(
		mkdir mover
		BATS_TEST_TMPDIR=$PWD/mover
		for ((i = 0; i < 25; i++)); do
			put_manifest latest second && expect_status 201 || exit
			put_manifest latest first && expect_status 201 || exit
		done
	) &
	for ((i = 0; i < 100; i++)); do
		request GET manifest "$name" latest
		expect_status 200
		cmp -s "$body" first || cmp -s "$body" second || wrong 'neither'
	done
	wait $!
}
