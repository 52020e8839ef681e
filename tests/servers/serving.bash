# serving.bash - what all starters share: a web server of one's own
# SPDX-License-Identifier: ISC
#
# server_start MODE DIRECTORY
#	Returns when the server answers, and has set and exported URL and STORAGE,
#	and the same as REGISTRY_URL and REGISTRY_STORAGE.  In DIRECTORY:
#	server.conf, error.log, hythe.log (what programs say whose standard error
#	is not the server's log), store, and copies of what we ship and run.
#	MODE-tls serves the same by TLS; VERIFY_CACERT is the certificate.
# server_stop
#
# HYTHE_SOURCE and HYTHE_BUILD are the two trees.  A caller may set
#	server_bind       address, else 127.0.0.1
#	server_port       else a free one
#	server_storage    the storage root, else DIRECTORY/store
#	server_spool      where lighttpd puts requests, else in the storage root
#	server_settings   array of KEY=VALUE, settings of the programs, else OPEN=yes
#	server_variables  array of NAME=VALUE, more of the programs' environment, else
#	                  the sanitizers' options
#	server_programs   where the programs are, else in the build tree
#	server_limit_kib  the largest request, else none
#
# A starter <server>.bash sources this file, sets server_kind to its directory of
# configurations, and defines
#	server_configure MODE DIRECTORY
#		print server.conf; $server_listen and $port are where to listen, $server_tls
#		is not empty if it shall be TLS, with run/certificate.pem and run/key.pem;
#		DIRECTORY has what we ship, to be edited as an admin would.  The server
#		itself shall refuse /v2/_test/401, /v2/_test/403 and, by POST,
#		/v2/_test/411, each other /v2/_test/STATUS of server_statuses with that
#		status, and compress whatever it can.
#	server_command DIRECTORY
#		set the array server_run to what runs the server in the foreground
# where it may call server_users, server_edit and server_attach, and set
#	server_unlimited  if the server knows no largest request
#	server_statuses   of all the errors with pages of ours, those that it can be made to
#	                  answer
#	server_sendfile   the header by which a program has it send a blob, if it does
#	server_account    if the server's own configuration is not ours
#	server_rubbish    a directory to remove at the end

server_kind=
server_run=()
export server_unlimited='' server_account='' server_rubbish='' server_sendfile=''
export server_statuses='400 401 403 404 405 408 411 413 414 431 500 501 502 503 504 505'
server_settings=(OPEN=yes)
server_variables=(
	${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+"UBSAN_OPTIONS=$UBSAN_OPTIONS"}
	${TSAN_OPTIONS:+"TSAN_OPTIONS=$TSAN_OPTIONS"}
)

server_start() {
	local tries mode=${1%-tls}

	server_tls=${1#"$mode"}
	STORAGE=${server_storage:-$2/store}
	server_prepare "$2" || return
	for tries in 1 2 3 4 5; do
		port=${server_port:-$((20000 + RANDOM % 12000))}
		server_address
		# nginx waits for a port that is taken, and somebody else would answer meanwhile.
		[[ ${server_port:-} ]] || ! server_listens || continue
		server_copy "$2" || break
		server_configure "$mode" "$2" >"$2/server.conf" || break
		server_command "$2"
		PATH=$PATH:/usr/sbin:/sbin "${server_user[@]}" "${server_run[@]}" \
			</dev/null >"$2/start.log" 2>&1 3>&- &
		server_pid=$!
		if server_answers; then
			URL=http${server_tls:+s}://$server_host:$port
			export URL STORAGE REGISTRY_URL=$URL REGISTRY_STORAGE=$STORAGE
			return 0
		fi
		[[ ! ${server_port:-} ]] || break
	done
	cat "$2/start.log" "$2/error.log" >&2
	server_stop
	return 1
}

server_stop() {
	local pid

	for pid in $server_pid $server_attached; do
		kill -TERM "$pid" 2>/dev/null || :
	done
	for pid in $server_pid $server_attached; do
		# Whatever status it ends with: bats would take that for a failed test.
		wait "$pid" 2>/dev/null || :
	done
	rm -rf "$server_sockets" ${server_rubbish:+"$server_rubbish"}
	server_pid='' server_attached=''
}

# A store, and the programs.
server_prepare() {
	server_pid='' server_attached='' server_user=() server_owner=()
	# Not below DIRECTORY: the path of a socket must be short.
	server_sockets=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX") || return
	mkdir -p "$1/programs" && { [[ -d $STORAGE ]] || mkdir -m 2750 "$STORAGE"; } || return
	cp "${server_programs:-$HYTHE_BUILD/fcgi}"/hythe-{blobs,discovery,manifests,token,uploads} \
		"$HYTHE_BUILD/admin/hythe" "$1/programs"
}

# What we ship: the source may be where the server's user cannot read.
server_copy() {
	cp -R "$HYTHE_SOURCE/errors" "$HYTHE_SOURCE/$server_kind" "$1" &&
		chmod -R u+w,go+rX "$1/errors" "$1/$server_kind" "$1/programs"
}

# server_users DIRECTORY [OWNER [USER]]: make what the server writes to: run/, its
# own, and the logs.  Where root starts all this, the programs run as OWNER
# (user:group), who gets the store, and the server as USER, in that group too, or
# as OWNER; without, both as root.
server_users() {
	local owner=${2:-} user=${3:-${2:-}}

	[[ -d $1/run ]] || mkdir -m 700 "$1/run" || return
	touch "$1/error.log" "$1/hythe.log" || return
	[[ ! $server_tls || -e $1/run/key.pem ]] || server_certificate "$1" || return
	[[ $owner && $EUID == 0 ]] || return 0
	server_owner=(setpriv --reuid "${owner%:*}" --regid "${owner#*:}" --clear-groups)
	server_user=(setpriv --reuid "${user%:*}" --regid "${user#*:}" --groups "${owner#*:}")
	chown "$owner" "$STORAGE" "$server_sockets" && chmod 750 "$server_sockets" &&
		chown -R "$user" "$1/run" "$1/error.log" "$1/hythe.log"
}

server_certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=registry.test -addext 'subjectAltName=IP:127.0.0.1' \
		-keyout "$1/run/key.pem" -out "$1/run/certificate.pem" 2>/dev/null || return
	cp "$1/run/certificate.pem" "$1"
	export VERIFY_CACERT=$1/certificate.pem
}

# server_edit FILE OLD NEW [OLD NEW]...: make all that is OLD in it NEW.
server_edit() {
	local file=$1 text

	text=$(<"$file")
	shift
	while (($#)); do
		if [[ $text != *"$1"* ]]; then
			printf 'no "%s" in %s\n' "$1" "$file" >&2
			return 1
		fi
		text=${text//"$1"/"$2"}
		shift 2
	done
	printf '%s\n' "$text" >"$file"
}

# server_attach DIRECTORY: start the programs, each at its socket, as systemd
# would.
server_attach() {
	local program

	[[ ! $server_attached ]] || return 0
	for program in blobs discovery manifests token uploads; do
		env -i "PATH=$PATH" HYTHE_CONFIG=/dev/null "HYTHE_STORAGE=$STORAGE" \
			"${server_settings[@]/#/HYTHE_}" "${server_variables[@]}" \
			"${server_owner[@]}" spawn-fcgi -n -M 0660 -s "$server_sockets/$program.socket" \
			-- "$1/programs/hythe-$program" </dev/null >/dev/null 2>>"$1/hythe.log" 3>&- &
		server_attached+=" $!"
	done
	for program in blobs discovery manifests token uploads; do
		server_waits test -S "$server_sockets/$program.socket" || return
	done
}

# Where to listen, in the notation of web servers, and where that is reached.
server_address() {
	case ${server_bind:-127.0.0.1} in
	0.0.0.0) server_listen=0.0.0.0 server_host=127.0.0.1 ;;
	::) server_listen="[::]" server_host="[::1]" ;;
	*:*) server_listen="[$server_bind]" server_host=$server_listen ;;
	*) server_listen=${server_bind:-127.0.0.1} server_host=$server_listen ;;
	esac
}

server_listens() {
	local host=${server_host#[}

	(exec 8<>"/dev/tcp/${host%]}/$port") 2>/dev/null
}

# server_waits COMMAND...: until it succeeds, ten seconds at most.
server_waits() {
	local tries=200

	while ((tries--)); do
		! "$@" || return 0
		sleep 0.05
	done
	return 1
}

# Somebody else's server on this port would answer too, but end ours.
server_answers() {
	server_waits server_listens_or_ended && sleep 0.1 && kill -0 "$server_pid" 2>/dev/null
}

server_listens_or_ended() {
	! kill -0 "$server_pid" 2>/dev/null || server_listens
}
