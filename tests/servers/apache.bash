# apache.bash - an Apache with the configuration we ship; see serving.bash
# SPDX-License-Identifier: ISC
#
# Modes: fastcgi, fcgid, cgid, cgi, htaccess, suexec; cgi with the MPM prefork, which
# alone has mod_cgi, the others with event.  In the last two there is a site of
# somebody with an account, laid out by hythe-install, or one that the caller laid
# out, $server_site, with its settings in $server_home.  htaccess runs all as one
# user; suexec needs root, and runs the programs as the site's user.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
server_kind=apache

# Apache ends all of its process group, when it ends.
server_command() {
	server_run=(setsid apache2 -d "$1" -f "$1/server.conf" -D FOREGROUND)
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
		mime filter brotli deflate
	case $1 in
	fastcgi) apache_modules proxy proxy_fcgi xsendfile ;;
	fcgid) apache_modules fcgid xsendfile ;;
	cgid) apache_modules cgid xsendfile ;;
	htaccess) apache_modules cgid rewrite ;;
	suexec) apache_modules cgid rewrite suexec ;;
	cgi) apache_modules cgi ;;
	esac
	[[ $1 != cgid && $1 != htaccess && $1 != suexec ]] || echo "ScriptSock $server_sockets/cgid"
	[[ ! $server_tls ]] || apache_modules ssl http2 headers socache_shmcb
}

apache_edit() {
	local mode=${1/cgid/cgi}
	local edits=('<VirtualHost *:80>' "<VirtualHost *:$port>")

	[[ ! $server_tls ]] || edits=('#<VirtualHost *:443' "<VirtualHost *:$port"
		'#</Virtual' '</Virtual' $'\n#\t' $'\n\t' /etc/ssl/certs/registry.pem
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

# What `make install` leaves, laid out by the user.  For suexec a site must be
# below /var/www, and all of it the user's.
apache_lay_out() {
	local prefix=$1/prefix place=$1/run

	[[ ! ${server_home:-} ]] || return 0
	if [[ $server_suexec ]]; then
		place=$(mktemp -d /var/www/hythe.XXXXXX) && chmod 755 "$place" &&
			chown nobody:nogroup "$place" && server_rubbish=$place || return
	fi
	server_site=$place/site server_home=$place/hythe
	mkdir -p "$prefix/bin" "$prefix/share/hythe/apache" &&
		cp "$HYTHE_SOURCE/admin/hythe-install" "$prefix/bin" &&
		cp "$1/apache"/*.htaccess "$prefix/share/hythe/apache" &&
		cp -R "$1/errors" "$prefix/share/hythe" && chmod -R go+rX "$prefix" &&
		"${server_owner[@]}" sh "$prefix/bin/hythe-install" --programs "$1/programs" \
			--home "$server_home" "$server_site" >/dev/null &&
		server_edit "$server_site/hythe/.htaccess" \
			'LimitRequestBody 0' "LimitRequestBody $((${server_limit_kib:-0} * 1024))" &&
		{
			printf 'storage = %s\n' "$STORAGE" && apache_settings
		} >"$server_home/hythe.conf" && apache_refuse
}

# More rules of the site's own: its own errors.  The page of one is not refused again.
apache_refuse() {
	local status

	for status in $server_statuses; do
		[[ $status == 40[13] ]] || cat <<-END
		<If "%{THE_REQUEST} =~ m#/v2/_test/$status # && %{REQUEST_URI} !~ m#/errors/#">
			Redirect $status
		</If>
		END
	done >>"$server_site/.htaccess"
}

# A site that belongs to a user, who may have a file .htaccess there.
apache_site() {
	cat <<-END
	DocumentRoot "$server_site"
	<Directory "$server_site">
		AllowOverride All
		Require all granted
	</Directory>
	END
}

server_configure() {
	local setting status

	case $1 in
	fastcgi | fcgid) server_unlimited=yes ;;
	*) export REGISTRY_UNSPOOLED_CGI=yes ;;
	esac
	case $1 in
	fastcgi | fcgid | cgid) server_sendfile=X-Sendfile ;;
	htaccess | suexec)
		server_account=yes
		# Not what Apache finds before it reads a file .htaccess.
		server_statuses='401 403 404 405 411 413 500 501 502 503 504'
		;;
	esac
	server_suexec=''
	case $1 in
	fastcgi)
		server_settings+=(SENDFILE=x-sendfile THREADS=150)
		server_users "$2" nobody:nogroup www-data:www-data && server_attach "$2"
		;;
	suexec)
		server_suexec=yes
		server_users "$2" nobody:nogroup && chmod 755 "$server_sockets" && server_user=()
		;;
	*) server_users "$2" www-data:www-data ;;
	esac || return
	cat <<-END
	PidFile run/apache.pid
	DefaultRuntimeDir run
	Mutex file:run
	Timeout 600
	ErrorLog error.log
	ServerName 127.0.0.1
	Listen $server_listen:$port
	TypesConfig /etc/mime.types
	END
	apache_mode_modules "$1"
	if [[ $server_suexec ]]; then
		printf 'SuexecUserGroup nobody nogroup\nUser www-data\nGroup www-data\n'
	else
		# Where it is installed mod_fcgid would use it, and as nobody but root it cannot.
		printf 'Suexec Off\n'
	fi
	cat <<-END
	<Directory "/">
		AllowOverride None
		Require all denied
	</Directory>
	SetOutputFilter BROTLI_COMPRESS;DEFLATE
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
	END
	for status in $server_statuses; do
		[[ $status == 40[13] || $server_account ]] ||
			printf '<Location "/v2/_test/%s">\n\tRedirect %s\n</Location>\n' "$status" "$status"
	done
	for setting in "${server_variables[@]}"; do
		printf '%s %s "%s"\n' SetEnv "${setting%%=*}" "${setting#*=}"
	done
	if [[ $server_account ]]; then
		apache_lay_out "$2" && apache_site
	else
		apache_settings >"$2/hythe.conf"
		apache_edit "$1" "$2" && printf 'DocumentRoot errors\nInclude apache/hythe.conf\n'
	fi
}
