# lists.bash - tags and repositories to list, and their lists
# SPDX-License-Identifier: ISC

# tag NAME...: one image under each.
tag() {
	local each

	make_image
	for each; do
		put_manifest "$each" "$image"
		expect_status 201
	done
}

# lists PARAMETERS TAG...: exactly these; the parameters have spaces between them.
lists() {
	# shellcheck disable=SC2086
	request GET tags "$name" $1
	listed "${@:2}"
}

# listed TAG...: the answer lists exactly these.
listed() {
	expect_status 200
	expect_header Content-Type application/json
	expect_json --arg name "$name" 'keys == ["name", "tags"] and .name == $name'
	[[ ! $strict ]] || expect_equal "$(json '.tags | join(" ")')" "$*"
	in_order "$*"
	expect_json '.tags | type == "array"'
}

# Where the Link of the answer leads to.
next() {
	local pattern='^<([^>]*)>; *rel="next"$'

	[[ ! ${header[link]:-} =~ $pattern ]] || resolved "${BASH_REMATCH[1]}"
}

# Repositories of this test, each with a manifest.
repositories() {
	local top=$name each

	for each; do
		name=$top/$each
		push_image latest
	done
	name=$top
}

# cataloged TEXT: those of them that the catalog lists, in its order.
cataloged() {
	request GET catalog n=1000 "last=$name"
	offered 200 'a catalog'
	expect_header Content-Type application/json
	expect_json 'keys == ["repositories"]'
	expect_equal "$(json --arg top "$name" '[.repositories[] | select(startswith($top)) |
		.[($top | length):]] | join(" ")')" "$1"
}

# in_order TAGS: these, in the order of their bytes or of the alphabet.
in_order() {
	local got

	got=$(json '.tags | join(" ")')
	[[ $got == "$1" ]] ||
		expect_equal "$got" "$(printf '%s\n' $1 | sort -f -s | paste -sd ' ')"
}
