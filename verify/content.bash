# content.bash - blobs and manifests to push
# SPDX-License-Identifier: ISC

oci_manifest=application/vnd.oci.image.manifest.v1+json
oci_index=application/vnd.oci.image.index.v1+json
oci_config=application/vnd.oci.image.config.v1+json
oci_layer=application/vnd.oci.image.layer.v1.tar+gzip
docker_manifest=application/vnd.docker.distribution.manifest.v2+json
docker_list=application/vnd.docker.distribution.manifest.list.v2+json

empty_digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

# random_file FILE BYTES
random_file() {
	head -c "$2" /dev/urandom >"$1"
}

# digest_of FILE [sha512]
digest_of() {
	local algorithm=${2:-sha256} sum

	sum=$("${algorithm}sum" <"$1")
	printf %s "$algorithm:${sum%% *}"
}

# A digest that nothing here has.
absent_digest() {
	local hex

	hex=$(od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n')
	printf %s "sha256:$hex"
}

# start_upload [NAME]: a new session; $location is where, $session its id.
start_upload() {
	request POST uploads "${1:-$name}" || return
	expect_status 202 || return
	expect_header Location || return
	location=${header[location]}
	url uploads "${1:-$name}" || return
	[[ ! $strict || $location == "$url"* ]] ||
		wrong 'a Location elsewhere' || return
	session=${location##*/}
	session=${session%%\?*}
}

# push_blob FILE [NAME]: push it whole; $digest is its digest.
push_blob() {
	digest=$(digest_of "$1")
	start_upload "${2:-$name}" || return
	request PUT at "$location" "digest=$digest" --body "$1" || return
	expect_status 201
}

# descriptor MEDIATYPE FILE
descriptor() {
	printf '{"mediaType":"%s","digest":"%s","size":%d}' \
		"$1" "$(digest_of "$2")" "$(stat -c %s "$2")"
}

# An image of a config and N layers (1), pushed but for its manifest, which is
# the file $image; config and layers are the files config, layer1, ...
make_image() {
	local count=${1:-1} i layers=''

	printf '{"architecture":"amd64","os":"linux","created_by":"%s"}' "$name" >config
	push_blob config || return
	for ((i = 1; i <= count; i++)); do
		random_file "layer$i" $((1000 + i)) || return
		push_blob "layer$i" || return
		layers+=${layers:+,}$(descriptor "$oci_layer" "layer$i")
	done
	image=$BATS_TEST_TMPDIR/image
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
		"$oci_manifest" "$(descriptor "$oci_config" config)" "$layers" >"$image"
	image_digest=$(digest_of "$image")
}

# put_manifest REFERENCE FILE [TYPE [NAME]]
put_manifest() {
	request PUT manifest "${4:-$name}" "$1" --body "$2" \
		-H "Content-Type: ${3:-$oci_manifest}"
}

# push_image TAG: one image of one layer, tagged.
push_image() {
	make_image && put_manifest "$1" "$image" && expect_status 201
}

# index_of FILE...: an index of manifests, on standard output.
index_of() {
	local file manifests=''

	for file; do
		manifests+=${manifests:+,}$(descriptor "$oci_manifest" "$file")
	done
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$oci_index" "$manifests"
}

# push_changed FILTER: the good image, changed by jq, is pushed as `bad`.
push_changed() {
	jq -c "$@" "$image" >bad
	put_manifest bad bad
}

nothing_stored() {
	request GET manifest "$name" bad
	refused 404 MANIFEST_UNKNOWN
	request GET manifest "$name" "$(digest_of bad)"
	refused 404 MANIFEST_UNKNOWN
}

# The answer to a push by sha512.  Whoever names it otherwise has not the one asked for.
by_sha512() {
	offered 201 sha512 || return
	[[ ${header[docker-content-digest]:-sha512:}${header[location]:-} == sha512:*/sha512:* ]] ||
		not_offered sha512
}

# The answer to a manifest with the subject $subject.
subject_told() {
	expect_status 201 || return
	[[ ${header[oci-subject]:-} ]] || not_offered 'OCI-Subject, and so referrers'
	expect_header OCI-Subject "$subject"
}

# A blob of the ten digits and more, pushed; $target is where it is.
digits() {
	printf 0123456789abcdefghij >blob
	push_blob blob
	url blob "$name" "$digest"
	target=$url
}
