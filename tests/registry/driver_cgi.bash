# driver_cgi.bash - run the programs by CGI, as a web server would
# SPDX-License-Identifier: ISC

# The path by which a web server chooses a program: decoded once, dot
# segments resolved, slashes merged.
cgi_web_path() {
	local path=${1%%\?*} segment
	local -a segments kept=()

	[[ $path != *://* ]] || path=/${path#*://*/}
	path=${path//\\/\\\\}
	printf -v path %b "${path//%/\\x}"
	IFS=/ read -r -d '' -a segments <<<"$path" || :
	for segment in "${segments[@]}"; do
		segment=${segment%$'\n'}
		case $segment in
		'' | .) ;;
		..) ((${#kept[@]} == 0)) || unset "kept[-1]" ;;
		*) kept+=("$segment") ;;
		esac
	done
	printf -v web_path '/%s' "${kept[@]}"
	[[ $path != */ ]] || web_path+=/
}

cgi_choose() {
	cgi_web_path "$1"
	if [[ $web_path =~ ^/v2/.+/manifests/[^/]+$ ]]; then
		program=hythe-manifests
	elif [[ $web_path =~ ^/v2/.+/blobs/uploads(/[^/]*)?$ ]]; then
		program=hythe-uploads
	elif [[ $web_path =~ ^/v2/.+/blobs/[^/]+$ ]]; then
		program=hythe-blobs
	elif [[ $web_path == /v2/_hythe/token ]]; then
		program=hythe-token
	else
		program=hythe-discovery
	fi
}

# The file of $program; $HYTHE_BUILD is the tree, or the directory itself.
cgi_find() {
	local directory

	for directory in "$HYTHE_BUILD" "$HYTHE_BUILD/fcgi"; do
		if [[ -x $directory/$program ]]; then
			program=$directory/$program
			return
		fi
	done
	fail "no $program in $HYTHE_BUILD: set HYTHE_BUILD"
}

# Environment of the request that request_parse() read, in $variables, and the
# program's file in $program.
cgi_prepare() {
	local each value query=''

	[[ $path != *\?* ]] || query=${path#*\?}
	cgi_choose "$path"
	[[ ! $request_program ]] || program=$request_program
	cgi_find || return
	variables=(
		PATH="$PATH" LC_ALL=C
		GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 SERVER_SOFTWARE=test
		SERVER_NAME=registry.test SERVER_PORT=80 REMOTE_ADDR=192.0.2.7
		REQUEST_METHOD="$method" REQUEST_URI="$path" SCRIPT_NAME="$web_path"
		QUERY_STRING="$query"
		HYTHE_CONFIG=/dev/null HYTHE_STORAGE="$store"
	)
	[[ $request_closed ]] || variables+=(HYTHE_OPEN=yes)
	for each in "${request_headers[@]}"; do
		value=${each#*:}
		each=${each%%:*} each=${each^^} each=${each//-/_}
		[[ $each == CONTENT_TYPE ]] || each=HTTP_$each
		variables+=("$each=${value# }")
	done
	for each in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS MALLOC_PERTURB_ GCOV_PREFIX; do
		[[ ! ${!each:-} ]] || variables+=("$each=${!each}")
	done
	variables+=("${request_settings[@]}" "${request_environment[@]}")
	cgi_prepare_length
}

cgi_prepare_length() {
	if [[ $request_length == none ]]; then
		:
	elif [[ $request_length ]]; then
		variables+=("CONTENT_LENGTH=$request_length")
	elif [[ $request_chunked ]]; then
		variables+=(HTTP_TRANSFER_ENCODING=chunked)
	elif [[ $request_body ]]; then
		variables+=("CONTENT_LENGTH=$(stat -L -c %s "$request_body")")
	elif [[ $method == P* ]]; then
		variables+=(CONTENT_LENGTH=0)
	fi
}

cgi_request() {
	local answer=$BATS_TEST_TMPDIR/answer exit_code=0

	cgi_prepare || return
	env -i "${variables[@]}" "$program" <"${request_body:-/dev/null}" \
		>"$answer" 2>"$BATS_TEST_TMPDIR/log" 3>&- || exit_code=$?
	if ((exit_code)); then
		fail "$program ended with $exit_code: $(<"$BATS_TEST_TMPDIR/log")" || return
	fi
	cgi_answer "$answer"
}

# Split what a program wrote into $status, $headers and $body.
cgi_answer() {
	local line length=1

	while IFS= read -r line; do
		length=$((length + ${#line} + 1))
		line=${line%$'\r'}
		[[ $line ]] || break
		printf '%s\n' "$line"
	done <"$1" >"$headers"
	if [[ $line ]]; then
		fail "no end of the headers in: $(head -c 2000 "$1")" || return
	fi
	tail -c "+$length" "$1" >"$body"
	read_headers
	status=${header[status]:-200}
	status=${status%% *}
}

# slow_start METHOD PATH [option]...: run a program by CGI on a body that the
# test writes to descriptor 9; its process is $slow_pid.  With either driver:
# any number of processes may serve one directory.
slow_start() {
	local fifo=$BATS_TEST_TMPDIR/slow

	request_parse "$@" && cgi_prepare || return
	mkfifo "$fifo"
	env -i "${variables[@]}" "$program" <"$fifo" >"$fifo.answer" 2>"$fifo.log" 3>&- &
	slow_pid=$! slow_method=$method slow_path=$path
	exec 9>"$fifo"
	rm "$fifo"
}

# End the body, wait, and read the answer as request() does.
slow_finish() {
	exec 9>&-
	wait "$slow_pid"
	method=$slow_method path=$slow_path
	headers=$BATS_TEST_TMPDIR/headers
	body=$BATS_TEST_TMPDIR/body
	cgi_answer "$BATS_TEST_TMPDIR/slow.answer" && check_answer
}

slow_kill() {
	kill -KILL "$slow_pid"
	wait "$slow_pid" 2>/dev/null || :
	exec 9>&-
}
