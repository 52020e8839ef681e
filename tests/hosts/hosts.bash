# hosts.bash - two hosts on two mounts of one store, and a balancer before them
# SPDX-License-Identifier: ISC
#
# Two complete deployments on this machine, which share nothing but the store, each on
# a mount of its own.  HAProxy gives each request to the next, without sticky sessions.
#
# hosts_start DIRECTORY STORAGE1 STORAGE2 [KEY=VALUE]...
#	Exports HOST_1, HOST_2 and BALANCER, their URLs, and what follows needs.
# host_start N, host_stop N
#	In good order.
# host_kill N
#	SIGKILL for its web server and all its programs, at once.
# host_upgrade N [COMMAND]...
#	As the manual says: out of the balancer, stopped, what COMMAND installs, and back.
# hosts_stop

host_settings() {
	mapfile -t settings <"$hosts/settings"
}

host_start() {
	local tries storage=HOST_STORAGE_$1 url=HOST_$1
	local -a settings

	host_settings
	rm -f "$hosts/$1/ready"
	setsid bash "$HYTHE_SOURCE/tests/hosts/host.bash" "$hosts/$1" "${!storage}" "${!url##*:}" \
		"${settings[@]}" </dev/null >>"$hosts/$1.log" 2>&1 3>&- &
	echo $! >"$hosts/$1.pid"
	for ((tries = 0; tries < 600; tries++)); do
		[[ ! -e $hosts/$1/ready ]] || return 0
		sleep 0.05
	done
	cat "$hosts/$1.log" >&2
	return 1
}

host_stop() {
	local pid

	pid=$(<"$hosts/$1.pid")
	kill -TERM "$pid" 2>/dev/null || :
	host_gone "$1"
}

# The processes of a host, by what they run.
host_processes() {
	local process program

	printf '%s\n' "$(<"$hosts/$1.pid")"
	for process in /proc/[0-9]*; do
		program=$(readlink "$process/exe") || continue
		if [[ $program == "$hosts/$1/programs/"* ]] ||
			{ [[ $program == */lighttpd ]] && tr '\0' '\n' <"$process/cmdline" |
				grep -qxF "$hosts/$1/server.conf"; } 2>/dev/null; then
			printf '%s\n' "${process#/proc/}"
		fi
	done
}

host_kill() {
	local -a processes

	mapfile -t processes < <(host_processes "$1")
	kill -KILL "${processes[@]}" 2>/dev/null || :
	host_gone "$1"
}

host_gone() {
	local tries process living

	for ((tries = 0; tries < 400; tries++)); do
		living=
		for process in $(host_processes "$1"); do
			! kill -0 "$process" 2>/dev/null || living=yes
		done
		[[ $living ]] || return 0
		sleep 0.05
	done
	echo "host $1 does not end" >&2
	return 1
}

balancer_say() {
	echo "$1" | socat stdio "$hosts/haproxy.socket"
}

balancer_names=([1]=one [2]=two)

# balancer_waits N FIELD PATTERN: until it is that in the balancer's row for the host; the
# fifth are the requests that it has there, and the eighteenth is whether it is up.
balancer_waits() {
	local tries

	for ((tries = 0; tries < 600; tries++)); do
		! balancer_say 'show stat' |
			awk -F , -v name="${balancer_names[$1]}" -v field="$2" -v pattern="$3" '
			$1 == "hosts" && $2 == name && $field ~ pattern { found = 1 }
			END { exit !found }' || return 0
		sleep 0.1
	done
	echo "host $1: for the balancer, field $2 is not $3" >&2
	return 1
}

host_upgrade() {
	local server=hosts/${balancer_names[$1]}

	balancer_say "set server $server state drain" && balancer_waits "$1" 5 '^0$' &&
		host_stop "$1" && "${@:2}" && host_start "$1" &&
		balancer_say "set server $server state ready" && balancer_waits "$1" 18 ^UP
}

# What docs/hosts.md has, for these addresses.
balancer_configure() {
	# shellcheck disable=SC2016
	sed -n '/^global$/,/^```$/{/^```$/d;p}' "$HYTHE_SOURCE/docs/hosts.md" |
		sed -e "s|/run/haproxy/admin.sock|$hosts/haproxy.socket|" -e "s|:5000|${BALANCER#http://}|" \
			-e "s|192.0.2.1:80|${HOST_1#http://}|" -e "s|192.0.2.2:80|${HOST_2#http://}|"
}

balancer_start() {
	local tries

	balancer_configure >"$hosts/haproxy.cfg"
	haproxy -db -f "$hosts/haproxy.cfg" </dev/null >"$hosts/haproxy.log" 2>&1 3>&- &
	balancer_pid=$!
	for ((tries = 0; tries < 200; tries++)); do
		! curl -sf -o /dev/null "$BALANCER/v2/" || return 0
		sleep 0.05
	done
	cat "$hosts/haproxy.log" >&2
	return 1
}

hosts_start() {
	local port=$((30000 + RANDOM % 2000))

	export hosts=$1 HOST_STORAGE_1=$2 HOST_STORAGE_2=$3
	export HOST_1=http://127.0.0.1:$port HOST_2=http://127.0.0.1:$((port + 1))
	export BALANCER=http://127.0.0.1:$((port + 2))
	PATH=$PATH:/usr/sbin:/sbin
	mkdir -p "$hosts" && printf '%s\n' "${@:4}" >"$hosts/settings" &&
		host_start 1 && host_start 2 && balancer_start
}

hosts_stop() {
	local each

	for each in 1 2; do
		[[ ! -e $hosts/$each.pid ]] || host_kill "$each"
	done
	[[ ! ${balancer_pid:-} ]] || kill -TERM "$balancer_pid"
}
