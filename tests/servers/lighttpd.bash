# lighttpd.bash - a lighttpd of one's own, with the configuration we ship
# SPDX-License-Identifier: ISC
#
# server_start MODE DIRECTORY
#	MODE is fastcgi or cgi.  Returns when lighttpd answers, and has set and
#	exported URL and STORAGE, and the same as REGISTRY_URL and
#	REGISTRY_STORAGE.  In DIRECTORY: lighttpd.conf, error.log, hythe.log (what
#	the programs say) and store.
# server_stop
#
# HYTHE_SOURCE and HYTHE_BUILD are the two trees.  A caller may set
#	server_bind       address, else 127.0.0.1
#	server_port       else a free one
#	server_storage    the storage root, else DIRECTORY/store
#	server_settings   array of KEY=VALUE, settings of the programs, else OPEN=yes
#	server_variables  array of NAME=VALUE, more of the programs' environment, else
#	                  the sanitizers' options

server_settings=(OPEN=yes)
server_variables=(
	${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+"UBSAN_OPTIONS=$UBSAN_OPTIONS"}
)

server_start() {
	local tries

	STORAGE=${server_storage:-$2/store}
	mkdir -p "$2" && { [[ -d $STORAGE ]] || mkdir -m 2750 "$STORAGE"; } || return
	[[ -d $STORAGE/spool ]] || mkdir -m 700 "$STORAGE/spool" || return
	# Not below DIRECTORY: the path of a socket must be short.
	server_sockets=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX") || return
	for tries in 1 2 3 4 5; do
		port=${server_port:-$((20000 + RANDOM % 12000))}
		server_address
		server_configuration "$1" "$2" >"$2/lighttpd.conf" || return
		PATH=$PATH:/usr/sbin:/sbin lighttpd -D -f "$2/lighttpd.conf" \
			</dev/null >"$2/start.log" 2>&1 3>&- &
		server_pid=$!
		if server_answers; then
			URL=http://$server_host:$port
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
	kill -TERM "$server_pid" 2>/dev/null || :
	# Whatever status it ends with: bats would take that for a failed test.
	wait "$server_pid" 2>/dev/null || :
	rm -rf "$server_sockets"
	server_pid=
}

# Where to listen, in lighttpd's notation, and where that is reached.
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

# Somebody else's server on this port would answer too, but end ours.
server_answers() {
	local tries=200

	while ((tries--)) && kill -0 "$server_pid" 2>/dev/null; do
		if server_listens; then
			sleep 0.1
			kill -0 "$server_pid" 2>/dev/null
			return
		fi
		sleep 0.05
	done
	return 1
}

server_configuration() {
	local variable

	cat <<-END
	server.bind = "$server_listen"
	server.port = $port
	server.errorlog = "$2/error.log"
	var.hythe_programs = "$HYTHE_BUILD/fcgi"
	var.hythe_storage = "$STORAGE"
	var.hythe_spool = var.hythe_storage + "/spool"
	var.hythe_sockets = "$server_sockets"
	var.hythe_errors = "$HYTHE_SOURCE/lighttpd/errors"
	var.hythe_log = "$2/hythe.log"
	var.hythe_request_kib = 0
	var.hythe_header_bytes = 32768
	var.hythe_settings = (
		"HYTHE_CONFIG" => "/dev/null",
		"HYTHE_STORAGE" => var.hythe_storage,
	END
	for variable in "${server_settings[@]/#/HYTHE_}" "${server_variables[@]}"; do
		printf '\t"%s" => "%s",\n' "${variable%%=*}" "${variable#*=}"
	done
	printf ')\ninclude "%s"\n' "$HYTHE_SOURCE/lighttpd/hythe-$1.conf"
}
