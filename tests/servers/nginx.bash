# nginx.bash - an nginx with the configuration we ship; see serving.bash
# SPDX-License-Identifier: ISC
#
# Modes: fastcgi.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
server_kind=nginx

server_command() {
	server_run=(nginx -p "$1" -e "$1/error.log" -c "$1/server.conf")
}

server_configure() {
	local status edits=('listen 80;' "listen $server_listen:$port;")

	[[ ! $server_tls ]] || edits=('	listen 80;' '' '#listen 443' "listen $server_listen:$port"
		'#ssl' ssl /etc/ssl/certs/registry.pem run/certificate.pem
		/etc/ssl/private/registry.key run/key.pem)
	# With 408 it just hangs up.
	server_statuses=${server_statuses/408 /}
	server_settings+=(SENDFILE=x-accel) server_sendfile=X-Accel-Redirect
	server_users "$2" nobody:nogroup www-data:www-data && server_attach "$2" &&
		server_edit "$2/nginx/hythe.conf" "${edits[@]}" /run/hythe "$server_sockets" \
			/var/lib/hythe "$STORAGE" /usr/local/share/hythe/errors "$2/errors" \
			'client_max_body_size 0' "client_max_body_size ${server_limit_kib:-0}k" \
			/etc/nginx/hythe nginx '	include' '	include nginx/test.conf; include' || return
	cat >"$2/nginx/test.conf" <<-END
	location = /v2/_test/401 { auth_basic registry; auth_basic_user_file /dev/null; }
	location = /v2/_test/403 { deny all; }
	END
	for status in $server_statuses; do
		[[ $status == 40[13] ]] || echo "location = /v2/_test/$status { return $status; }"
	done >>"$2/nginx/test.conf"
	cat <<-END
	daemon off;
	pid run/nginx.pid;
	worker_processes 2;
	events { }
	http {
		access_log off;
		client_body_temp_path run/body;
		fastcgi_temp_path run/fastcgi;
		proxy_temp_path run/proxy;
		scgi_temp_path run/scgi;
		uwsgi_temp_path run/uwsgi;
		gzip on;
		gzip_types *;
		gzip_min_length 1;
		include nginx/hythe.conf;
	}
	END
}
