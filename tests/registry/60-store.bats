#!/usr/bin/env bats
# 60-store.bats - what lies on the disk after each request
# SPDX-License-Identifier: ISC

. "${HYTHE_SOURCE:-$BATS_TEST_DIRNAME/../..}/tests/registry/helper.bash"

# Names, types and modes below a directory of the store, sorted.
listing() {
	[[ ! -d $1 ]] || (cd "$1" && find . -mindepth 1 -printf '%y %m %P\n' | sort -k 3)
}

# The files of this test's repository, sorted.
files() {
	(cd "$v2/repositories/$name" && find . ! -type d -printf '%P\n' | sort)
}

# Nothing half-made is left anywhere, if nobody else is at work on the store.
no_leftovers() {
	expect_equal "$(listing "$v2/repositories/$name/_uploads")" ''
	expect_equal "$(listing "$v2/repositories/$name/_manifests/.tmp")" ''
	if [[ $DRIVER == cgi ]]; then
		expect_equal "$(listing "$v2/hythe/tmp")" ''
		expect_equal "$(listing "$v2/hythe/trash")" ''
	fi
}

# Committed data 0440, files 0640, directories 2750, and nothing else.
modes() {
	expect_equal "$(find "$v2/repositories/$name" "$v2/hythe" "$v2/blobs" \
		\( -type d ! -perm 2750 -o ! -type d ! -type f \
		-o -type f -name data -path '*/blobs/*' ! -perm 0440 \
		-o -type f ! -path '*/blobs/*/data' ! -perm 0640 \) -printf '%y %m %p\n')" ''
}

# link PATH CONTENT: exactly that, without a newline.
link() {
	printf %s "$2" | cmp - "$v2/repositories/$name/$1"
}

# What says that all referrers are recorded.
seal() {
	printf '_manifests/referrers/complete-sha256-%s' \
		"$(stat -c %.9Y "$v2/repositories/$name/_manifests/revisions/sha256")"
}

blob_file() {
	local algorithm=${1%%:*} hex=${1#*:}

	printf %s "$v2/blobs/$algorithm/${hex:0:2}/$hex/data"
}

@test "end-6 a blob: its data once, its link here, and nothing else" {
	local hex

	random_file blob 5000
	push_blob blob
	hex=${digest#*:}
	cmp blob "$(blob_file "$digest")"
	expect_equal "$(listing "$(dirname "$(blob_file "$digest")")")" 'f 440 data'
	link "_layers/sha256/$hex/link" "$digest"
	expect_equal "$(files)" "_layers/sha256/$hex/link"
	no_leftovers
	modes
}

@test "end-4b end-5 the other ways to push leave the same" {
	local hex

	random_file one 5000
	digest=$(digest_of one)
	request POST uploads "$name" "digest=$digest" --body one
	expect_status 201
	cmp one "$(blob_file "$digest")"
	random_file two 5000
	digest=$(digest_of two)
	start_upload
	request PATCH "$location" --body two --chunked
	request PUT at "$location" "digest=$digest"
	expect_status 201
	cmp two "$(blob_file "$digest")"
	expect_equal "$(files)" "$(printf '_layers/sha256/%s/link\n' "$(digest_of one | cut -d: -f2)" \
		"$(digest_of two | cut -d: -f2)" | sort)"
	no_leftovers
	modes
}

@test "end-6 sha512: native, and the link says so" {
	local hex

	random_file blob 5000
	digest=$(digest_of blob sha512)
	request POST uploads "$name" "digest=$digest" --body blob
	expect_status 201
	hex=${digest#*:}
	cmp blob "$(blob_file "$digest")"
	link "_layers/sha512/$hex/link" "$digest"
	expect_no_file "$(blob_file "$(digest_of blob)")"
	no_leftovers
	modes
}

@test "end-4a end-5 a session: data, startedat, session" {
	local directory

	start_upload
	random_file blob 5000
	request PATCH "$location" --body blob
	directory=$v2/repositories/$name/_uploads/$session
	expect_equal "$(listing "$directory")" $'f 640 data\nf 640 session\nf 640 startedat'
	cmp blob "$directory/data"
	expect_equal "$(stat -c %s "$directory/startedat")" 20
	date -u -d "$(<"$directory/startedat")" +%Y-%m-%dT%H:%M:%SZ >startedat
	expect_equal "$(<"$directory/startedat")" "$(<startedat)"
	[[ $session =~ ^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$ ]]
	modes
}

@test "end-14 giving up leaves nothing" {
	start_upload
	random_file blob 5000
	request PATCH "$location" --body blob
	request DELETE "$location"
	expect_status 204
	no_leftovers
	expect_no_file "$(blob_file "$(digest_of blob)")"
}

@test "end-6 end-7 what is refused leaves nothing" {
	random_file blob 5000
	request POST uploads "$name" "digest=$(absent_digest)" --body blob
	expect_status 400
	printf '{"schemaVersion":2,"config":{}}' >bad
	put_manifest latest bad
	expect_status 400
	expect_no_file "$(blob_file "$(digest_of blob)")"
	expect_no_file "$(blob_file "$(digest_of bad)")"
	expect_no_file "$v2/repositories/$name/_manifests/tags/latest"
	no_leftovers
}

@test "end-11 a mount: a link, and no second data" {
	local hex before

	random_file blob 5000
	push_blob blob "$name/source"
	hex=${digest#*:}
	before=$(stat -c %i "$(blob_file "$digest")")
	name+=/target
	request POST uploads "$name" "mount=$digest" "from=${name%/*}/source"
	expect_status 201
	link "_layers/sha256/$hex/link" "$digest"
	expect_equal "$(stat -c %i "$(blob_file "$digest")")" "$before"
	no_leftovers
	modes
}

@test "end-7 an image: revision, tag and the tag's history" {
	local hex

	push_image latest
	hex=${image_digest#*:}
	cmp "$image" "$(blob_file "$image_digest")"
	link "_manifests/revisions/sha256/$hex/link" "$image_digest"
	link _manifests/tags/latest/current/link "$image_digest"
	link "_manifests/tags/latest/index/sha256/$hex/link" "$image_digest"
	expect_equal "$(files)" "$(printf '%s\n' "_layers/sha256/$(digest_of config | cut -d: -f2)/link" \
		"_layers/sha256/$(digest_of layer1 | cut -d: -f2)/link" \
		"_manifests/revisions/sha256/$hex/link" _manifests/tags/latest/current/link \
		"_manifests/tags/latest/index/sha256/$hex/link" "$(seal)" | sort)"
	no_leftovers
	modes
}

@test "end-7 by digest: no tag; the repository is visible to docker-registry" {
	make_image
	put_manifest "$image_digest" "$image"
	expect_status 201
	expect_equal "$(find "$v2/repositories/$name/_manifests/tags" -type f 2>/dev/null)" ''
	printf '{"schemaVersion":2,"mediaType":"%s","manifests":[]}' "$oci_index" >index
	name+=/empty
	put_manifest latest index "$oci_index"
	expect_status 201
	[[ -d $v2/repositories/$name/_layers ]]
	modes
}

@test "end-7 a moved tag: current is the new one, the history has both" {
	push_image latest
	jq -c '. + {annotations: {n: "2"}}' "$image" >second
	put_manifest latest second
	link _manifests/tags/latest/current/link "$(digest_of second)"
	expect_equal "$(ls "$v2/repositories/$name/_manifests/tags/latest/index/sha256" | sort)" \
		"$(printf '%s\n' "${image_digest#*:}" "$(digest_of second | cut -d: -f2)" | sort)"
	no_leftovers
	modes
}

@test "end-7 a referrer: one file with its descriptor" {
	local subject file

	make_image
	subject=$(absent_digest)
	jq -c --arg type "$oci_manifest" --arg digest "$subject" '.artifactType = "a/b" |
		.subject = {mediaType: $type, digest: $digest, size: 5}' "$image" >signed
	put_manifest "$(digest_of signed)" signed
	expect_status 201
	digest=$(digest_of signed)
	file=$v2/repositories/$name/_manifests/referrers/sha256/${subject#*:}/${digest/:/-}
	jq -e --arg digest "$digest" '.digest == $digest and .artifactType == "a/b"' "$file"
	request DELETE manifest "$name" "$digest"
	expect_status 202
	expect_no_file "$file"
	no_leftovers
	modes
}

@test "end-9 deletes: links go, data stays for the collector" {
	push_image latest
	request DELETE manifest "$name" latest
	expect_status 202
	expect_no_file "$v2/repositories/$name/_manifests/tags/latest"
	expect_file "$v2/repositories/$name/_manifests/revisions/sha256/${image_digest#*:}/link"
	request DELETE manifest "$name" "$image_digest"
	expect_status 202
	expect_no_file "$v2/repositories/$name/_manifests/revisions/sha256/${image_digest#*:}/link"
	expect_file "$(blob_file "$image_digest")"
	request DELETE blob "$name" "$digest"
	expect_status 202
	expect_no_file "$v2/repositories/$name/_layers/sha256/${digest#*:}/link"
	expect_file "$(blob_file "$digest")"
	no_leftovers
	modes
}

@test "modes do not depend on the umask" {
	cgi_only 'another umask'
	umask 077
	push_image first
	modes
	umask 000
	name+=/open
	push_image second
	modes
}

@test "reads make nothing and change nothing" {
	local before each

	cgi_only 'a store of its own'
	mkdir -m 2750 quiet
	store=$PWD/quiet
	v2=$store/docker/registry/v2
	push_image latest
	before=$(find "$store" -printf '%y %m %s %T@ %P\n' | sort -k 5)
	for each in "manifest $name latest" "manifest $name $image_digest" "blob $name $digest" \
		"tags $name" "referrers $name $image_digest" "manifest $name none" \
		"blob $name $(absent_digest)" "session $name x"; do
		request GET $each
		request HEAD $each
	done
	request GET catalog
	request GET tags "$name/none"
	expect_equal "$(find "$store" -printf '%y %m %s %T@ %P\n' | sort -k 5)" "$before"
}

@test "end-6 a blob that is there already is refreshed, not written again" {
	random_file blob 5000
	push_blob blob
	local file inode
	file=$(blob_file "$digest")
	inode=$(stat -c %i "$file")
	touch -d '2020-01-01' "$file" "$v2/repositories/$name/_layers/sha256/${digest#*:}/link"
	push_blob blob
	expect_equal "$(stat -c %i "$file")" "$inode"
	[[ $file -nt $BATS_TEST_TMPDIR/blob ]]
	[[ $v2/repositories/$name/_layers/sha256/${digest#*:}/link -nt $BATS_TEST_TMPDIR/blob ]]
	no_leftovers
}

@test "end-6 data of the wrong size is replaced by a good push" {
	random_file blob 5000
	push_blob blob
	local file
	file=$(blob_file "$digest")
	chmod u+w "$file"
	truncate -s 100 "$file"
	push_blob blob "$name/other"
	cmp blob "$file"
}

# condemn FILE: mark it as a run of the collector would.
condemn() {
	local inode seconds nanoseconds

	read -r inode seconds < <(stat -c '%i %.9Y' "$1")
	nanoseconds=${seconds#*.}
	printf 'run 1\ninode %s\nmtime %s.%s\n' "$inode" "${seconds%.*}" "$nanoseconds" \
		>"${1%/*}/condemned"
}

@test "end-2 end-6 a condemned blob is gone for readers, and comes back with a push" {
	local data

	push_image latest
	data=$(blob_file "$digest")
	condemn "$data"
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	push_blob layer1
	expect_no_file "${data%/*}/condemned"
	request GET blob "$name" "$digest"
	expect_status 200
}

@test "end-2 end-11 a condemned link is gone for readers and for mounts, and comes back with a push" {
	local link

	push_image latest
	link=$v2/repositories/$name/_layers/sha256/${digest#*:}/link
	condemn "$link"
	request GET blob "$name" "$digest"
	refused 404 BLOB_UNKNOWN
	request POST uploads "$name/other" "mount=$digest" "from=$name"
	expect_status 202
	push_blob layer1
	expect_no_file "${link%/*}/condemned"
	request GET blob "$name" "$digest"
	expect_status 200
}

@test "end-7 a manifest brings back what it names, though condemned: data, links and itself" {
	local data link revision each

	push_image latest
	data=$(blob_file "$digest")
	link=$v2/repositories/$name/_layers/sha256/${digest#*:}/link
	revision=$v2/repositories/$name/_manifests/revisions/sha256/${image_digest#*:}/link
	for each in "$data" "$link" "$revision"; do
		condemn "$each"
	done
	request GET manifest "$name" latest
	refused 404 MANIFEST_UNKNOWN
	put_manifest again "$image"
	expect_status 201
	for each in "$data" "$link" "$revision"; do
		expect_no_file "${each%/*}/condemned"
	done
	request GET manifest "$name" latest
	expect_status 200
}

@test "end-2 a mark of another file, or one that is none, is void" {
	local data

	push_image latest
	data=$(blob_file "$digest")
	condemn "$data"
	touch "$data"
	request GET blob "$name" "$digest"
	expect_status 200
	printf 'run' >"${data%/*}/condemned"
	request GET blob "$name" "$digest"
	expect_status 200
}

@test "an empty or broken link: absent, not an error of the server" {
	push_image latest
	local repository=$v2/repositories/$name each
	for each in '' x sha256:x "$digest$digest" ../../etc/passwd; do
		printf %s "$each" >"$repository/_layers/sha256/${digest#*:}/link"
		request GET blob "$name" "$digest"
		refused 404 BLOB_UNKNOWN
		printf %s "$each" >"$repository/_manifests/tags/latest/current/link"
		request GET manifest "$name" latest
		refused 404 MANIFEST_UNKNOWN
	done
}

@test "what docker-registry wrote is read: a link of another algorithm is followed" {
	local hex512

	random_file blob 5000
	push_blob blob
	hex512=$(digest_of blob sha512)
	hex512=${hex512#*:}
	mkdir -p "$v2/repositories/$name/_layers/sha512/$hex512"
	printf %s "$digest" >"$v2/repositories/$name/_layers/sha512/$hex512/link"
	request GET blob "$name" "sha512:$hex512"
	expect_status 200
	expect_body blob
}

@test "a symbolic link in the store is not followed out of it" {
	local file

	random_file secret 100
	digest=$(digest_of secret)
	printf x >x
	push_blob x
	digest=$(digest_of secret)
	file=$(blob_file "$digest")
	mkdir -p "${file%/*}" "$v2/repositories/$name/_layers/sha256/${digest#*:}"
	ln -s "$PWD/secret" "$file"
	printf %s "$digest" >"$v2/repositories/$name/_layers/sha256/${digest#*:}/link"
	request GET blob "$name" "$digest" --unchecked
	[[ $status != 200 ]] || wrong 'a file outside of the store was sent'
	rm "$file"
}
