# servers.bash - a registry in each of the ways in which one can log in, or not
# SPDX-License-Identifier: ISC
#
# access_start MODE DIRECTORY: serve, by one of these; sets $registry, its host and
# port, and what server_start of ../servers/serving.bash does; server_stop ends it.
#	open      no users: everybody may do everything
#	basic     everybody must log in; passwords are checked by the programs
#	token     the same, by bearer tokens
#	public    everybody may pull; to push one must log in, by a token
#	lighttpd  everybody must log in, to lighttpd
#	lighttpd-cgi  the same, with the programs run by CGI
#	apache    ... to Apache, which runs the programs by CGI
#	ldap      like public, but lighttpd checks the passwords that get tokens
#
# alice has the password `right`, and may do everything in work/ and pull from
# shared/; admin, with the password `admin`, may do everything.  HYTHE_SOURCE and
# HYTHE_BUILD are the two trees.

. "$HYTHE_SOURCE/tests/servers/serving.bash"
access_modes='open basic token public lighttpd lighttpd-cgi apache ldap'

access_start() {
	mkdir -p "$2" && mkdir -m 700 "$2/spool" || return
	htpasswd -cbB -C 5 "$2/htpasswd" alice right 2>/dev/null &&
		htpasswd -bB -C 5 "$2/htpasswd" admin admin 2>/dev/null || return
	access_rules "$1" >"$2/access"
	server_kind=lighttpd
	[[ $1 != apache ]] || server_kind=apache
	server_start "$1" "$2" || return
	registry=${URL#http://}
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

server_command() {
	case $server_kind in
	apache) server_run=(setsid apache2 -X -d "$1" -f "$1/server.conf") ;;
	*) server_run=(lighttpd -D -f "$1/server.conf") ;;
	esac
}

server_configure() {
	server_users "$2" && "access_$server_kind" "$@"
}

access_lighttpd() {
	local each how=fastcgi

	cat <<-END
	server.bind = "127.0.0.1"
	server.port = $port
	server.errorlog = "$2/error.log"
	var.hythe_programs = "$2/programs"
	var.hythe_storage = "$2/store"
	var.hythe_spool = "$2/spool"
	var.hythe_sockets = "$server_sockets"
	var.hythe_errors = "$2/errors"
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
	printf 'include "%s"\n' "$2/lighttpd/hythe-$how.conf"
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
	Listen 127.0.0.1:$port
	PidFile $server_sockets/pid
	ScriptSock $server_sockets/cgid
	DefaultRuntimeDir $server_sockets
	ErrorLog $2/error.log
	LogLevel warn
	LimitRequestBody 0
	AllowEncodedSlashes NoDecode
	SetEnv ap_trust_cgilike_cl 1
	ScriptAliasMatch "^/v2/.+/manifests/[^/]+\$" "$2/programs/hythe-manifests"
	ScriptAliasMatch "^/v2/.+/blobs/uploads(/[^/]*)?\$" "$2/programs/hythe-uploads"
	ScriptAliasMatch "^/v2/.+/blobs/[^/]+\$" "$2/programs/hythe-blobs"
	ScriptAliasMatch "^/v2(/|\$)" "$2/programs/hythe-discovery"
	<Directory "/">
		Require all denied
	</Directory>
	<Directory "$2/programs">
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
