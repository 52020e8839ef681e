# images.bash - OCI layouts of random data
# SPDX-License-Identifier: ISC

# To unpack a layer docker, podman and buildah make a directory the root, or remount /:
# it must be a mount point.
can_unpack() {
	grep -q '^[0-9]* [0-9]* [^ ]* [^ ]* / ' /proc/self/mountinfo
}

digest_of() {
	local sum

	sum=$(sha256sum <"$1")
	printf %s "sha256:${sum%% *}"
}

# keep DIRECTORY FILE: move it into the layout; $kept is its descriptor, but
# for the media type.
keep() {
	local digest size

	digest=$(digest_of "$2")
	size=$(stat -c %s "$2")
	mv "$2" "$1/blobs/sha256/${digest#*:}"
	kept="\"digest\":\"$digest\",\"size\":$size"
}

layout_begin() {
	mkdir -p "$1/blobs/sha256"
	printf '{"imageLayoutVersion":"1.0.0"}' >"$1/oci-layout"
}

# layout_end DIRECTORY TYPE DESCRIPTOR: the index, which has one entry.
layout_end() {
	local name='"annotations":{"org.opencontainers.image.ref.name":"latest"}'

	printf '{"schemaVersion":2,"manifests":[{"mediaType":"%s",%s,%s}]}' "$2" "$3" "$name" \
		>"$1/index.json"
}

# make_layer DIRECTORY BYTES: a gzipped tar of one file with so many random
# bytes; added to $layers and $diff_ids.
make_layer() {
	mkdir -p "$1/root"
	head -c "$2" /dev/urandom >"$1/root/file$RANDOM$RANDOM"
	tar -C "$1/root" --owner=0 --group=0 -cf "$1/layer.tar" .
	diff_ids+=${diff_ids:+,}\"$(digest_of "$1/layer.tar")\"
	gzip -n1 "$1/layer.tar"
	keep "$1" "$1/layer.tar.gz"
	layers+=${layers:+,}{\"mediaType\":\"$oci.layer.v1.tar+gzip\",$kept}
	rm -r "$1/root"
}

oci=application/vnd.oci.image

# make_manifest DIRECTORY LAYERS BYTES [ARCHITECTURE]: an image; $kept is its
# descriptor.
make_manifest() {
	local i config layers='' diff_ids=''

	for ((i = 0; i < $2; i++)); do
		make_layer "$1" "$3"
	done
	printf '{"architecture":"%s","os":"linux","config":{},"rootfs":%s}' "${4:-amd64}" \
		"{\"type\":\"layers\",\"diff_ids\":[$diff_ids]}" >"$1/config"
	keep "$1" "$1/config"
	config="{\"mediaType\":\"$oci.config.v1+json\",$kept}"
	printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' \
		"$oci.manifest.v1+json" "$config" "$layers" >"$1/manifest"
	keep "$1" "$1/manifest"
}

# make_layout DIRECTORY LAYERS BYTES: a layout of one image.
make_layout() {
	layout_begin "$1"
	make_manifest "$1" "$2" "$3"
	layout_end "$1" "$oci.manifest.v1+json" "$kept"
}

# make_multi_layout DIRECTORY ARCHITECTURE...: a layout of an index of images.
make_multi_layout() {
	local architecture manifests=''

	layout_begin "$1"
	for architecture in "${@:2}"; do
		make_manifest "$1" 2 20000 "$architecture"
		manifests+=${manifests:+,}$(printf '{"mediaType":"%s",%s,"platform":%s}' \
			"$oci.manifest.v1+json" "$kept" \
			"{\"os\":\"linux\",\"architecture\":\"$architecture\"}")
	done
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[%s]}' "$oci.index.v1+json" \
		"$manifests" >"$1/index"
	keep "$1" "$1/index"
	layout_end "$1" "$oci.index.v1+json" "$kept"
}

# The digest of what a layout's index names.
layout_digest() {
	jq -r '.manifests[0].digest' "$1/index.json"
}
