#!/bin/sh
# layers.sh - an include points down or within its layer, never up
# SPDX-License-Identifier: ISC

# The layers, lowest first.  Every header of common/ stands in one of them;
# a .c file is of its header's layer.
layers='
0 arena beside text file file_open file_tree log outcome lines watched whole_file
1 base64 digest digest_set hash name reference range media_type
1 json_scan json_string json_top json_tree
1 descriptor manifest manifest_reading manifest_type
1 gunzip pax tar_header tar_reader tarsum tarsum_hash tarsum_list
1 apr1 credentials form glob jwks jwt public_key right scope user
2 store layout lock mark link blob page repository tag catalog referrers expiry
2 revision seal referrers_find referrers_list reindex
2 walk
2 manifest_put manifest_store session upload upload_verify
2 file_system confine
2 checked
2 blob_verify
2 gc gc_state gc_list gc_mark gc_kept gc_act gc_links gc_blobs gc_mark_blobs gc_tidy
2 fsck fsck_check fsck_blobs fsck_manifests fsck_repository
3 route url error settings access access_rules guesses htpasswd maintenance token token_keys
3 verdicts
4 transport server exchange login request request_body response
5 fcgi command complete option probe progress receive
'

# Libraries, and the only files that may know them.
owners='
fcgiapp.h server.c transport*.c
gcrypt.h hash.c public_key.c
crypt.h htpasswd.c
zlib.h gunzip.c
json-c/* json_tree.c manifest.c manifest_reading.c descriptor.c jwks.c jwt.c
'

cd "${HYTHE_SOURCE:-$(dirname "$0")/..}" || exit 1

# The layer of a header's name, or nothing.
layer_of()
{
	echo "$layers" | awk -v name="$1" '{ for (i = 2; i <= NF; i++) if ($i == name) print $1 }'
}

# Whether a file may include this library header: no line forbids it, or one
# names it.
may_know()
{
	echo "$owners" | {
		known=yes
		while read -r header files; do
			# shellcheck disable=SC2254
			case $2 in $header) ;; *) continue ;; esac
			known=no
			for owner in $files; do
				# shellcheck disable=SC2254
				case ${1##*/} in $owner) exit 0 ;; esac
			done
		done
		test $known = yes
	}
}

# Check one file of layer $2, and complain to the standard error.
check()
{
	bad=0
	# shellcheck disable=SC2013
	for include in $(sed -n 's/^[ 	]*#[ 	]*include[ 	]*[<"]\([^>"]*\)[>"].*/\1/p' "$1"); do
		may_know "$1" "$include" || { bad=1 && echo "# $1: may not include $include"; }
		test -e "common/$include" || continue
		other=$(layer_of "${include%.h}")
		test "${other:-9}" -le "$2" || { bad=1 && echo "# $1: $include lies above it"; }
	done
	return $bad
}

number=0
report()
{
	number=$((number + 1))
	echo "$1 $number - $2"
}

for file in common/*.[ch] fcgi/*.[ch] admin/*.[ch] client/*.[ch] client/hythe/*.h; do
	name=${file##*/}
	case $file in
	fcgi/* | admin/* | client/*) layer=5 ;;
	*) layer=$(layer_of "${name%.[ch]}") ;;
	esac
	if test -z "$layer"; then
		report 'not ok' "$file has a layer"
	elif check "$file" "$layer"; then
		report ok "$file includes nothing above it"
	else
		report 'not ok' "$file includes nothing above it"
	fi
done

# What a fault looks like is error.c's matter, what a success, response.c's.
for file in fcgi/*.c; do
	if found=$(sed 's,/\*.*\*/,,; /\/\*/,/\*\//d' "$file" |
		grep -E '\<(20[0-6]|30[0-8]|4[0-3][0-9]|50[0-7])\>|\\"(errors|code|message|detail)\\"'); then
		report 'not ok' "$file writes neither a status nor a fault's JSON"
		echo "$found" | sed 's/^/# /'
	else
		report ok "$file writes neither a status nor a fault's JSON"
	fi
done
echo "1..$number"
