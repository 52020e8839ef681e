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

# A reference of a Location or Link in the answer to $path; without the registry's own
# scheme and host.  [RFC 3986, 5.2]
resolved() {
	local base=${path%%\?*}

	case $1 in
	"$REGISTRY_URL"/*) printf %s "${1#"$REGISTRY_URL"}" ;;
	*://* | /*) printf %s "$1" ;;
	\?*) printf %s "$base$1" ;;
	*) printf %s "${base%/*}/$1" ;;
	esac
}
