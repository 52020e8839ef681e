# servers.bash - a registry in each of the ways in which one can log in, or not
# SPDX-License-Identifier: ISC
#
# access_start MODE DIRECTORY: serve, by one of these; sets $registry, its host and
# port, and $URL.
#	open      no users: everybody may do everything
#	basic     everybody must log in; passwords are checked by the programs
#	token     the same, by bearer tokens
#	public    everybody may pull; to push one must log in, by a token
#	lighttpd  everybody must log in, to lighttpd
#	lighttpd-cgi  the same, with the programs run by CGI
#	apache    ... to Apache, which runs the programs by CGI
#	ldap      like public, but lighttpd checks the passwords that get tokens
# access_stop
#
# alice has the password `right`, and may do everything in work/ and pull from
# shared/; admin, with the password `admin`, may do everything.  HYTHE_SOURCE and
# HYTHE_BUILD are the two trees.

access_modes='open basic token public lighttpd lighttpd-cgi apache ldap'

access_start() {
	local tries

	mkdir -p "$2" && mkdir -m 2750 "$2/store" && mkdir -m 700 "$2/spool" || return
	htpasswd -cbB -C 5 "$2/htpasswd" alice right 2>/dev/null &&
		htpasswd -bB -C 5 "$2/htpasswd" admin admin 2>/dev/null || return
	access_rules "$1" >"$2/access"
	# The path of a socket must be short.
	access_sockets=$(mktemp -d "${TMPDIR:-/tmp}/hythe.XXXXXX") || return
	for tries in 1 2 3 4 5; do
		access_port=$((20000 + RANDOM % 12000))
		access_run "$1" "$2" >"$2/start.log" 2>&1 3>&- &
		access_pid=$!
		if access_answers; then
			registry=127.0.0.1:$access_port URL=http://127.0.0.1:$access_port
			return 0
		fi
		kill -TERM "$access_pid" 2>/dev/null
		wait "$access_pid" 2>/dev/null
	done
	cat "$2/start.log" "$2"/error.log >&2
	access_stop
	return 1
}

access_stop() {
	kill -TERM "$access_pid" 2>/dev/null || :
	wait "$access_pid" 2>/dev/null || :
	rm -rf "$access_sockets"
	access_pid=
}

# Somebody else's server on this port would answer too, but end ours.
access_answers() {
	local tries=200

	while ((tries--)) && kill -0 "$access_pid" 2>/dev/null; do
		if (exec 8<>"/dev/tcp/127.0.0.1/$access_port") 2>/dev/null; then
			sleep 0.2
			kill -0 "$access_pid" 2>/dev/null
			return
		fi
		sleep 0.05
	done
	return 1
}

access_rules() {
	echo 'allow admin     **        all'
	case $1 in
	public | ldap) echo 'allow anonymous shared/** pull catalog' ;;
	esac
	echo 'allow *         shared/** pull catalog'
	echo 'allow *         work/**   all'
}

# KEY=VALUE of the programs, a line each.
access_settings() {
	printf '%s\n' CONFIG=/dev/null "STORAGE=$2/store"
	[[ $1 == open ]] || echo "ACCESS=$2/access"
	case $1 in
	open) echo OPEN=yes ;;
	basic) echo "HTPASSWD=$2/htpasswd" ;;
	token | public) printf '%s\n' "HTPASSWD=$2/htpasswd" TOKENS=yes ;;
	lighttpd* | apache) echo REMOTE_USER=yes ;;
	ldap) printf '%s\n' REMOTE_USER=yes TOKENS=yes ;;
	esac
}

access_run() {
	PATH=$PATH:/usr/sbin:/sbin
	if [[ $1 == apache ]]; then
		access_apache "$1" "$2" >"$2/apache.conf"
		exec apache2 -X -d "$2" -f "$2/apache.conf"
	else
		access_lighttpd "$1" "$2" >"$2/lighttpd.conf"
		exec lighttpd -D -f "$2/lighttpd.conf"
	fi
}

access_lighttpd() {
	local each errors=$HYTHE_SOURCE/errors how=fastcgi

	[[ -d $errors ]] || errors=$HYTHE_SOURCE/lighttpd/errors
	cat <<-END
	server.bind = "127.0.0.1"
	server.port = $access_port
	server.errorlog = "$2/error.log"
	var.hythe_programs = "$HYTHE_BUILD/fcgi"
	var.hythe_storage = "$2/store"
	var.hythe_spool = "$2/spool"
	var.hythe_sockets = "$access_sockets"
	var.hythe_errors = "$errors"
	var.hythe_log = "$2/hythe.log"
	var.hythe_request_kib = 0
	var.hythe_header_bytes = 32768
	var.hythe_settings = (
	END
	while IFS= read -r each; do
		printf '\t"HYTHE_%s" => "%s",\n' "${each%%=*}" "${each#*=}"
	done < <(access_settings "$@")
	printf ')\n'
	access_lighttpd_login "$@"
	[[ $1 != *-cgi ]] || how=cgi
	printf 'include "%s"\n' "$HYTHE_SOURCE/lighttpd/hythe-$how.conf"
}

access_lighttpd_login() {
	case $1 in
	lighttpd* | ldap) ;;
	*) return ;;
	esac
	cat <<-END
	server.modules += ( "mod_auth", "mod_authn_file" )
	auth.backend = "htpasswd"
	auth.backend.htpasswd.userfile = "$2/htpasswd"
	END
	case $1 in
	lighttpd*)
		cat <<-END
		auth.require = ( "/" => (
			"method" => "basic", "realm" => "hythe", "require" => "valid-user",
		) )
		END
		;;
	ldap)
		cat <<-END
		\$REQUEST_HEADER["Authorization"] =~ "." {
			auth.require = ( "/v2/_hythe/token" => (
				"method" => "basic", "realm" => "hythe", "require" => "valid-user",
			) )
		}
		END
		;;
	esac
}

access_apache() {
	local module each

	for module in mpm_event authn_core authn_file authz_core authz_user auth_basic alias env \
		cgid unixd; do
		[[ ! -e /usr/lib/apache2/modules/mod_$module.so ]] ||
			echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
	done
	cat <<-END
	ServerName 127.0.0.1
	Listen 127.0.0.1:$access_port
	PidFile $access_sockets/pid
	ScriptSock $access_sockets/cgid
	DefaultRuntimeDir $access_sockets
	ErrorLog $2/error.log
	LogLevel warn
	LimitRequestBody 0
	AllowEncodedSlashes NoDecode
	SetEnv ap_trust_cgilike_cl 1
	ScriptAliasMatch "^/v2/.+/manifests/[^/]+\$" "$HYTHE_BUILD/fcgi/hythe-manifests"
	ScriptAliasMatch "^/v2/.+/blobs/uploads(/[^/]*)?\$" "$HYTHE_BUILD/fcgi/hythe-uploads"
	ScriptAliasMatch "^/v2/.+/blobs/[^/]+\$" "$HYTHE_BUILD/fcgi/hythe-blobs"
	ScriptAliasMatch "^/v2(/|\$)" "$HYTHE_BUILD/fcgi/hythe-discovery"
	<Directory "/">
		Require all denied
	</Directory>
	<Directory "$HYTHE_BUILD/fcgi">
		Options ExecCGI
		CGIPassAuth On
		AuthType Basic
		AuthName hythe
		AuthBasicProvider file
		AuthUserFile "$2/htpasswd"
		Require valid-user
	</Directory>
	END
	while IFS= read -r each; do
		printf 'SetEnv HYTHE_%s "%s"\n' "${each%%=*}" "${each#*=}"
	done < <(access_settings "$@")
}
