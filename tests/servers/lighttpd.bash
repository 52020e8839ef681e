# lighttpd.bash - a lighttpd with the configuration we ship; see serving.bash
# SPDX-License-Identifier: ISC
#
# Modes: fastcgi, sockets, cgi.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
server_kind=lighttpd

server_command() {
	server_run=(lighttpd -D -f "$1/server.conf")
}

# The settings of the programs, as lighttpd writes a list.
lighttpd_settings() {
	local setting

	for setting in CONFIG=/dev/null "${server_settings[@]}"; do
		printf '\t"HYTHE_%s" => "%s",\n' "${setting%%=*}" "${setting#*=}"
	done
	for setting in "${server_variables[@]}"; do
		printf '\t"%s" => "%s",\n' "${setting%%=*}" "${setting#*=}"
	done
}

lighttpd_edit() {
	local edits=('var.hythe_storage + "/spool"' "\"$3\"" hythe-fastcgi.conf "hythe-$1.conf" /etc/lighttpd/hythe
		"$2/lighttpd" /usr/local/libexec/hythe "$2/programs" /var/lib/hythe "$STORAGE"
		'"/run/lighttpd"' "\"$server_sockets\"" /usr/local/share/hythe/errors "$2/errors"
		/var/log/lighttpd "$2" 'request_kib = 0' "request_kib = ${server_limit_kib:-0}"
		$'#\t"HYTHE_OPEN" => "yes",' "$(lighttpd_settings)")

	[[ ! $server_tls ]] || edits+=('#var' var "#include \"$2/lighttpd/hythe-tls" "include \"$2/lighttpd/hythe-tls"
		'":443"' "\"$server_listen:$port\"" /etc/ssl/certs/registry.pem
		"$2/run/certificate.pem" /etc/ssl/private/registry.key "$2/run/key.pem")
	server_edit "$2/lighttpd/hythe.conf" "${edits[@]}"
}

server_configure() {
	# What it can be made to answer without other modules.
	server_statuses='401 403' server_sendfile=X-Sendfile
	local address=$server_listen spool=${server_spool:-$STORAGE/spool}

	[[ ! $server_tls ]] || address=$server_sockets/plain.socket
	if [[ $1 == sockets ]]; then
		server_settings+=(SENDFILE=x-sendfile)
		spool=$2/run/spool
		server_users "$2" nobody:nogroup www-data:www-data && server_attach "$2"
	else
		server_users "$2"
	fi && lighttpd_edit "$1" "$2" "$spool" || return
	"${server_user[@]}" mkdir -p -m 700 "$spool" || return
	cat <<-END
	server.bind = "$address"
	server.port = $port
	server.errorlog = "$2/error.log"
	server.modules += ( "mod_auth", "mod_authn_file", "mod_deflate" )
	include "$2/lighttpd/hythe.conf"
	deflate.mimetypes = ( "application/", "text/" )
	deflate.allowed-encodings = ( "gzip" )
	auth.backend = "plain"
	auth.backend.plain.userfile = "/dev/null"
	END
	# mod_rewrite is there for CGI only.
	[[ $1 != cgi ]] || echo "\$HTTP[\"url\"] =~ \"^/v2/_test/\" { url.rewrite-once = ( ) }"
	cat <<-END
	\$HTTP["url"] == "/v2/_test/401" {
		auth.require = ( "" => (
			"method" => "basic", "realm" => "registry", "require" => "valid-user"
		) )
	}
	\$HTTP["url"] == "/v2/_test/403" { url.access-deny = ( "" ) }
	END
}
