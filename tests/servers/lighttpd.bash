# lighttpd.bash - a lighttpd with the configuration we ship; see serving.bash
# SPDX-License-Identifier: ISC
#
# Modes: fastcgi, cgi.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
server_kind=lighttpd

server_command() {
	server_run=(lighttpd -D -f "$1/server.conf")
}

server_configure() {
	local variable

	[[ -d $STORAGE/spool ]] || mkdir -m 700 "$STORAGE/spool" || return
	cat <<-END
	server.bind = "$server_listen"
	server.port = $port
	server.errorlog = "$2/error.log"
	var.hythe_programs = "$2/programs"
	var.hythe_storage = "$STORAGE"
	var.hythe_spool = var.hythe_storage + "/spool"
	var.hythe_sockets = "$server_sockets"
	var.hythe_errors = "$2/errors"
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
	printf ')\ninclude "%s"\n' "$2/lighttpd/hythe-$1.conf"
}
