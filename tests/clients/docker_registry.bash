# docker_registry.bash - Debian's docker-registry, on a directory of ours
# SPDX-License-Identifier: ISC
#
# docker_registry_start DIRECTORY STORAGE: returns when it answers, and has set
# $docker_registry to its host and port.
# docker_registry_stop
# docker_registry_collect DIRECTORY [option]...: its garbage collector
#
# It takes variables REGISTRY_... of the environment for settings.

docker_registry_start() {
	local tries port

	mkdir -p "$1"
	for tries in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 12000))
		docker_registry=127.0.0.1:$port
		cat >"$1/config.yml" <<-END
		version: 0.1
		log: { level: warn, accesslog: { disabled: true } }
		storage:
		  filesystem: { rootdirectory: "$2" }
		  delete: { enabled: true }
		http: { addr: "$docker_registry" }
		END
		env -u REGISTRY_URL -u REGISTRY_STORAGE docker-registry serve "$1/config.yml" \
			>"$1/log" 2>&1 3>&- &
		docker_registry_pid=$!
		if docker_registry_answers; then
			return 0
		fi
		docker_registry_stop
	done
	cat "$1/log" >&2
	return 1
}

docker_registry_collect() {
	env -u REGISTRY_URL -u REGISTRY_STORAGE docker-registry garbage-collect "${@:2}" \
		"$1/config.yml" 2>&1
}

docker_registry_answers() {
	local tries=100

	while ((tries--)) && kill -0 "$docker_registry_pid" 2>/dev/null; do
		! curl -so /dev/null "http://$docker_registry/v2/" || return 0
		sleep 0.05
	done
	return 1
}

docker_registry_stop() {
	kill -TERM "$docker_registry_pid" 2>/dev/null || :
	wait "$docker_registry_pid" 2>/dev/null || :
	docker_registry_pid=
}
