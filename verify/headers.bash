# headers.bash - the headers of an answer
# SPDX-License-Identifier: ISC

# The file $headers, as ${header[name]}; what stands there twice is joined by
# ", " as RFC 9110 joins it.
read_headers() {
	local line name value

	unset header
	declare -gA header=()
	while IFS= read -r line; do
		line=${line%$'\r'}
		# Behind a redirection or a 100, the last answer is the answer.
		[[ $line != HTTP/* ]] || header=()
		name=${line%%:*} value=${line#*:}
		[[ $line == *:* && $name ]] || continue
		value=${value#"${value%%[![:space:]]*}"}
		value=${value%"${value##*[![:space:]]}"}
		name=${name,,}
		header[$name]=${header[$name]+${header[$name]}, }$value
	done <"$headers"
}

# Lets a case look at a Location as a path of the registry, as hythe writes it.
read_location() {
	local value=${header[location]:-}

	[[ $value ]] || return 0
	value=$(resolved "$value")
	header[location]=$value
	# A session goes on where its last answer says.
	[[ $status != 20[24] || ${value%%\?*} != "${location:+${location%%\?*}}" ]] || location=$value
}

# What a Location or Link in the answer to $path means: a path below the registry's own URL,
# or a whole URL.  [RFC 3986, 5.2]
resolved() {
	local url base

	base=$(http_url)
	base=${base%%\?*}
	case $1 in
	//*) url=${base%%//*}$1 ;;
	/*) url=$(http_origin)$1 ;;
	\?*) url=$base$1 ;;
	*)
		url=${base%/*}/$1
		[[ ! $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*: ]] || url=$1
		;;
	esac
	[[ $url =~ ^([^/?#]*//[^/?#]*)?(/[^?#]*)?([^#]*) ]]
	url=${BASH_REMATCH[1]}$(without_dots "${BASH_REMATCH[2]}")${BASH_REMATCH[3]}
	[[ $url != "$REGISTRY_URL"/* ]] || url=${url#"$REGISTRY_URL"}
	printf %s "$url"
}

# The path of a URL without its segments `.` and `..`.  [RFC 3986, 5.2.4]
without_dots() {
	local rest=${1#/}/ segment='' path=/

	[[ $1 ]] || return 0
	while [[ $rest ]]; do
		segment=${rest%%/*} rest=${rest#*/}
		case $segment in
		.) ;;
		..) path=${path%/} path=${path%/*}/ ;;
		*) path+=$segment/ ;;
		esac
	done
	[[ $segment == . || $segment == .. ]] || path=${path%/}
	printf %s "$path"
}
