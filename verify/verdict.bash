# verdict.bash - what is neither right nor wrong
# SPDX-License-Identifier: ISC

# strictly COMMAND...: an expectation that hythe must meet, and nobody else.
strictly() {
	[[ ! $strict ]] || "$@"
}

# not_offered FEATURE: the specification lets a registry do without it; hythe has it.
not_offered() {
	[[ ! $strict ]] || wrong "does not offer: $1" || return
	skip "not offered: $1"
}

# not_seen REASON: what this run cannot find out.
not_seen() {
	skip "not seen: $1"
}

# offered STATUS FEATURE: the answer has this status, or one that says that there is no
# such feature here.
offered() {
	case $status in
	"$1") ;;
	400 | 403 | 404 | 405 | 501) not_offered "$2" ;;
	*) expect_status "$1" ;;
	esac
}

# The answer to a deletion.
deleted() {
	[[ $status != 404 ]] || expect_status 202 || return
	case $path in
	*/manifests/*:*) offered 202 'deleting manifests' ;;
	*/manifests/*) offered 202 'deleting tags' ;;
	*) offered 202 'deleting blobs' ;;
	esac
}

# The answer to the deletion of a manifest or tag that is not there.
nothing_deleted() {
	[[ $status == 404 ]] || deleted || return
	refused 404 MANIFEST_UNKNOWN
}
