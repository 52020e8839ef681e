# stranger.bash - manifests that another program stores, as docker-registry does
# SPDX-License-Identifier: ISC

setup_subject() {
	push_image latest
	subject=$image_digest
	manifests=$v2/repositories/$name/_manifests
}

# make FILE [FILTER]: the image as a referrer of $subject, changed so.
make() {
	jq -c --arg type "$oci_manifest" --arg digest "$subject" \
		".subject = {mediaType: \$type, digest: \$digest, size: 5} | ${2:-.}" "$image" >"$1"
}

# push FILE: by digest.
push() {
	put_manifest "$(digest_of "$1")" "$1"
	expect_status 201
}

# stranger FILE [TAG]: store a manifest as docker-registry does, which records no
# referrers, but with hythe's modes.  It was not started at the moment at which
# hythe ended.
stranger() {
	local digest hex data

	digest=$(digest_of "$1") hex=${digest#*:}
	data=$v2/blobs/sha256/${hex:0:2}/$hex
	sleep 0.02
	(umask 027 && mkdir -p "$data" "$manifests/revisions/sha256/$hex")
	store_data "$data" <"$1"
	printf %s "$digest" >"$manifests/revisions/sha256/$hex/link"
	[[ ! ${2:-} ]] || tag_as_stranger "$digest" "$2"
}

# store_data DIRECTORY [SIZE]: what comes is the data of this blob, made this long
# without taking space for it.
store_data() {
	rm -f "$1/data"
	cat >"$1/data"
	[[ ! ${2:-} ]] || truncate -s "$2" "$1/data"
	chmod 440 "$1/data"
}

tag_as_stranger() {
	mkdir -p "$manifests/tags/$2/current" "$manifests/tags/$2/index/sha256/${1#*:}"
	printf %s "$1" >"$manifests/tags/$2/current/link"
	printf %s "$1" >"$manifests/tags/$2/index/sha256/${1#*:}/link"
}

# As if all had been stored by docker-registry.
forget() {
	rm -r "$manifests/referrers"
}

# More manifests than are looked through: one file with many names, which is made
# fast.
crowd() {
	need perl
	: >"$manifests/revisions/sha256/crowd"
	(cd "$manifests/revisions/sha256" &&
		perl -e 'link("crowd", sprintf("%064d", $_)) or die "$!" for 1..20001')
}

# strangers FILE...: many at once.
strangers() {
	need perl
	sha256sum "$@" | blobs=$v2/blobs/sha256 revisions=$manifests/revisions/sha256 perl -ne '
		umask 027;
		my ($hex, $file) = split;
		my $blob = "$ENV{blobs}/" . substr($hex, 0, 2);
		mkdir $blob;
		chmod 0440, $file;
		mkdir "$blob/$hex" and rename $file, "$blob/$hex/data" or die "$hex: $!";
		mkdir "$ENV{revisions}/$hex" or die "$hex: $!";
		open my $link, ">", "$ENV{revisions}/$hex/link" or die "$hex: $!";
		print $link "sha256:$hex"'
}

# condemn DIRECTORY: its link, as a run of the collector would.
condemn() {
	local inode time

	read -r inode time < <(stat -c '%i %.9Y' "$1/link")
	printf 'run 1\ninode %s\nmtime %s\n' "$inode" "$time" >"$1/condemned"
}

# referrers [KEY=VALUE]...
referrers() {
	request GET referrers "$name" "$subject" "$@"
	expect_status 200
	expect_header Content-Type "$oci_index"
}

# lists FILE...: the list has exactly these, in order.
lists() {
	local file

	expect_equal "$(json '.manifests[].digest')" \
		"$(for file; do digest_of "$file" && echo; done | sort)"
	for file; do
		expect_json --arg digest "$(digest_of "$file")" --argjson size "$(stat -c %s "$file")" \
			--slurpfile is "$file" '.manifests[] | select(.digest == $digest) |
			.size == $size and .mediaType == $is[0].mediaType and
			.annotations == $is[0].annotations and
			.artifactType == ($is[0].artifactType // $is[0].config.mediaType)'
	done
}
