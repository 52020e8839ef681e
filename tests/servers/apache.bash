# apache.bash - an Apache with the configuration we ship; see serving.bash
# SPDX-License-Identifier: ISC
#
# Modes: fastcgi, fcgid, cgid, cgi, htaccess; cgi with the MPM prefork, which alone
# has mod_cgi, the others with event.  In htaccess there is a site of somebody with an
# account, laid out by hythe-install.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
server_kind=apache

server_command() {
	server_run=(apache2 -d "$1" -f "$1/server.conf" -D FOREGROUND)
}

# Debian's modules, none of them compiled in.
apache_modules() {
	local module

	for module; do
		printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' "$module" "$module"
	done
}

# What this mode needs, and what it must get along with.
apache_mode_modules() {
	local mpm=event

	[[ $1 != cgi ]] || mpm=prefork
	apache_modules "mpm_$mpm" authn_core authn_file authz_core authz_user auth_basic alias env \
		mime filter deflate
	case $1 in
	fastcgi) apache_modules proxy proxy_fcgi xsendfile ;;
	fcgid) apache_modules fcgid xsendfile ;;
	htaccess) apache_modules cgid rewrite && echo "ScriptSock $server_sockets/cgid" ;;
	cgid) apache_modules cgid xsendfile && echo "ScriptSock $server_sockets/cgid" ;;
	cgi) apache_modules cgi ;;
	esac
	[[ ! $server_tls ]] || apache_modules ssl http2 socache_shmcb
}

apache_edit() {
	local mode=${1/cgid/cgi}
	local edits=('<VirtualHost *:80>' "<VirtualHost *:$port>")

	[[ ! $server_tls ]] || edits=('#<VirtualHost *:443' "<VirtualHost *:$port"
		'#</Virtual' '</Virtual' $'#\t' $'\t' /etc/ssl/certs/registry.pem
		"$2/run/certificate.pem" /etc/ssl/private/registry.key "$2/run/key.pem")
	[[ $1 != fcgid ]] || mode=fcgid
	server_edit "$2/apache/hythe.conf" "${edits[@]}" \
		'Define HYTHE_MODE fastcgi' "Define HYTHE_MODE $mode" \
		/etc/apache2/hythe "$2/apache" /usr/local/etc/hythe/hythe.conf "$2/hythe.conf" \
		/usr/local/libexec/hythe "$2/programs" /run/hythe "$server_sockets" \
		/var/lib/hythe "$STORAGE" /usr/local/share/hythe/errors "$2/errors" \
		'BYTES 0' "BYTES $((${server_limit_kib:-0} * 1024))"
}

# The settings of the programs, as hythe.conf(5) has them.
apache_settings() {
	local setting key

	for setting in "${server_settings[@]}"; do
		key=${setting%%=*}
		printf '%s = %s\n' "${key,,}" "${setting#*=}"
	done
}

# What `make install` leaves, laid out by the user.
apache_install() {
	local prefix=$1/prefix

	mkdir -p "$prefix/bin" "$prefix/share/hythe/apache" &&
		cp "$HYTHE_SOURCE/admin/hythe-install" "$prefix/bin" &&
		cp "$1/apache"/*.htaccess "$prefix/share/hythe/apache" &&
		cp -R "$1/errors" "$prefix/share/hythe" && chmod -R go+rX "$prefix" &&
		"${server_owner[@]}" sh "$prefix/bin/hythe-install" --programs "$1/programs" \
			--home "$1/run/hythe" "$1/run/site" >/dev/null &&
		server_edit "$1/run/site/hythe/.htaccess" \
			'LimitRequestBody 0' "LimitRequestBody $((${server_limit_kib:-0} * 1024))"
}

# A site that belongs to a user, who may have a file .htaccess there.
apache_site() {
	local setting

	{
		printf 'storage = %s\n' "$STORAGE" && apache_settings
	} >"$1/run/hythe/hythe.conf"
	cat <<-END
	DocumentRoot run/site
	<Directory "$1/run/site">
		AllowOverride All
		Require all granted
	</Directory>
	END
}

server_configure() {
	local setting

	case $1 in
	fastcgi | fcgid) server_unlimited=yes ;;
	*) export REGISTRY_UNSPOOLED_CGI=yes ;;
	esac
	[[ $1 != htaccess ]] || server_account=yes
	if [[ $1 == fastcgi ]]; then
		server_settings+=(SENDFILE=x-sendfile)
		server_users "$2" nobody:nogroup www-data:www-data && server_attach "$2"
	else
		server_users "$2" www-data:www-data
	fi || return
	cat <<-END
	PidFile run/apache.pid
	DefaultRuntimeDir run
	Mutex file:run
	ErrorLog error.log
	ServerName 127.0.0.1
	Listen $server_listen:$port
	TypesConfig /etc/mime.types
	END
	apache_mode_modules "$1"
	cat <<-END
	<Directory "/">
		AllowOverride None
		Require all denied
	</Directory>
	SetOutputFilter DEFLATE
	<Location "/v2/_test/401">
		AuthType Basic
		AuthName registry
		AuthBasicProvider file
		AuthUserFile /dev/null
		Require valid-user
	</Location>
	<Location "/v2/_test/403">
		Require all denied
	</Location>
	<Location "/v2/_test/411">
		Redirect 411
	</Location>
	END
	for setting in "${server_variables[@]}"; do
		printf '%s %s "%s"\n' SetEnv "${setting%%=*}" "${setting#*=}"
	done
	if [[ $1 == htaccess ]]; then
		apache_install "$2" && apache_site "$2"
	else
		apache_settings >"$2/hythe.conf"
		apache_edit "$1" "$2" && printf 'DocumentRoot errors\nInclude apache/hythe.conf\n'
	fi
}
