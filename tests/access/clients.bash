# clients.bash - clients, each with a directory and daemons of its own
# SPDX-License-Identifier: ISC
#
# CLIENT_can        the operations that it has
# CLIENT_start      prepare it, or say why it cannot work here, and fail
# CLIENT_stop
# CLIENT_OPERATION REPOSITORY
#	login, pull, push, delete, catalog, mount: as $user with $password, or as
#	nobody if $user is empty.  Fails if the registry refuses, or if what comes
#	is not what it should be.
#
# $home is a directory for all of them, $image a layout of an image, $registry
# host and port.

access_clients='docker podman skopeo ctr crane oras'

crane_can='pull push delete catalog mount'
crane_start() { need_tools curl jq; }
crane_stop() { :; }
crane_pull() { curl_pull crane "$1"; }
crane_push() { curl_push crane "$1"; }
crane_delete() { curl_delete crane "$1"; }
crane_catalog() { curl_catalog crane; }
crane_mount() { curl_mount crane "$1"; }

oras_can='pull push delete catalog mount'
oras_start() { need_tools curl jq; }
oras_stop() { :; }
oras_pull() { curl_pull oras "$1"; }
oras_push() { curl_push oras "$1"; }
oras_delete() { curl_delete oras "$1"; }
oras_catalog() { curl_catalog oras; }
oras_mount() { curl_mount oras "$1"; }

need_tools() {
	local tool

	for tool; do
		PATH=$PATH:/usr/sbin:/sbin type -P "$tool" >/dev/null || {
			echo "no $tool here"
			return 1
		}
	done
}

# wait_for TRIES COMMAND...: every quarter of a second
wait_for() {
	local tries=$1

	while ((tries--)); do
		! "${@:2}" >/dev/null 2>&1 || return 0
		sleep 0.25
	done
	return 1
}

# What docker, podman and skopeo keep of a login; nothing for nobody.
auth_file() {
	local auth=''

	[[ ! $user ]] || auth="\"$registry\":{\"auth\":\"$(printf %s "$user:$password" | base64 -w0)\"}"
	mkdir -p "$home/auth"
	printf '{"auths":{%s}}' "$auth" >"$home/auth/config.json"
}

# The docker engine, on directories and a socket of its own.

docker_can='login pull push mount'

docker_start() {
	need_tools dockerd docker || return
	((EUID == 0)) || { echo 'dockerd needs root' && return 1; }
	can_unpack || {
		echo 'docker cannot unpack layers where / is no mount point'
		return 1
	}
	mkdir -p "$home/docker"
	PATH=$PATH:/usr/sbin:/sbin dockerd --data-root "$home/docker/root" \
		--exec-root "$home/docker/exec" -H "unix://$home/docker/sock" \
		--pidfile "$home/docker/pid" --storage-driver vfs --bridge=none --iptables=false \
		--ip6tables=false >"$home/docker/log" 2>&1 3>&- &
	docker_pid=$!
	wait_for 240 docker_run version || {
		echo "dockerd does not start here: $(tail -n 1 "$home/docker/log")"
		return 1
	}
	tar -C "$image" -c . | docker_run import - local/img
}

docker_stop() {
	[[ ${docker_pid:-} ]] || return 0
	kill -TERM "$docker_pid" 2>/dev/null
	wait "$docker_pid" 2>/dev/null
}

docker_run() {
	DOCKER_HOST=unix://$home/docker/sock DOCKER_CONFIG=$home/auth command docker "$@"
}

docker_login() {
	rm -rf "$home/auth"
	docker_run login -u "$user" --password-stdin "$registry" <<<"$password"
}

# Everything but its own image, layers and all.
docker_forget() {
	local images

	images=$(docker_run images --format '{{.Repository}}:{{.Tag}}' | grep -vxF local/img:latest)
	# shellcheck disable=SC2086
	[[ ! $images ]] || docker_run rmi -f $images
}

docker_pull() {
	auth_file
	docker_forget
	docker_run pull "$registry/$1:t" && docker_run inspect "$registry/$1:t" >/dev/null
}

docker_push() {
	auth_file
	docker_run tag local/img "$registry/$1:t" && docker_run push "$registry/$1:t"
}

# What was pulled from there is mounted here.
docker_mount() {
	auth_file
	docker_forget
	docker_run pull "$registry/shared/img:t" &&
		docker_run tag "$registry/shared/img:t" "$registry/$1:t" &&
		docker_run push "$registry/$1:t" | tee "$home/docker/pushed" &&
		grep -q 'Mounted from' "$home/docker/pushed"
}

# podman, with storage of its own.

podman_can='login pull push'

podman_start() {
	need_tools podman || return
	can_unpack || {
		echo 'podman and buildah cannot unpack layers where / is no mount point'
		return 1
	}
	mkdir -p "$home/podman/tmp"
	(cd "${image%/*}" && podman_run pull --quiet "oci:${image##*/}:latest") >"$home/podman/id" 2>"$home/podman/log" || {
		echo "podman cannot use vfs storage here: $(tail -n 1 "$home/podman/log")"
		return 1
	}
}

podman_stop() { :; }

podman_run() {
	command podman --root "$home/podman/root" --runroot "$home/podman/run" \
		--tmpdir "$home/podman/tmp" --storage-driver vfs --cgroup-manager cgroupfs \
		--events-backend none "$@"
}

podman_login() {
	podman_run login --tls-verify=false --authfile "$home/auth/login.json" -u "$user" \
		--password-stdin "$registry" <<<"$password"
}

podman_pull() {
	auth_file
	podman_run rmi --force "$registry/$1:t" >/dev/null 2>&1
	podman_run pull --quiet --tls-verify=false --authfile "$home/auth/config.json" "$registry/$1:t"
}

podman_push() {
	auth_file
	podman_run push --quiet --tls-verify=false --authfile "$home/auth/config.json" \
		"$(<"$home/podman/id")" "docker://$registry/$1:t"
}

# skopeo; its mount is a copy within the registry.

skopeo_can='login pull push delete mount'
skopeo_start() { need_tools skopeo; }
skopeo_stop() { :; }

skopeo_run() {
	auth_file
	mkdir -p "$home/skopeo"
	command skopeo --insecure-policy --tmpdir "$home/skopeo" "$@"
}

skopeo_login() {
	mkdir -p "$home/auth"
	command skopeo login --tls-verify=false --authfile "$home/auth/login.json" -u "$user" \
		--password-stdin "$registry" <<<"$password"
}

skopeo_copy() {
	skopeo_run copy --quiet --src-tls-verify=false --dest-tls-verify=false \
		--authfile "$home/auth/config.json" "$1" "$2"
}

skopeo_pull() {
	rm -rf "$home/skopeo/out"
	skopeo_copy "docker://$registry/$1:t" "oci:$home/skopeo/out" &&
		[[ $(layout_digest "$home/skopeo/out") == "$(layout_digest "$image")" ]]
}

skopeo_push() { skopeo_copy "oci:$image:latest" "docker://$registry/$1:t"; }
skopeo_mount() { skopeo_copy "docker://$registry/shared/img:t" "docker://$registry/$1:t"; }

skopeo_delete() {
	skopeo_run delete --tls-verify=false --authfile "$home/auth/config.json" \
		"docker://$registry/$1:t"
}

# containerd's own client, with a containerd of its own.

ctr_can='pull push mount'

ctr_start() {
	need_tools containerd ctr || return
	((EUID == 0)) || { echo 'containerd needs root' && return 1; }
	mkdir -p "$home/ctr"
	cat >"$home/ctr/config.toml" <<-END
	version = 2
	root = "$home/ctr/root"
	state = "$home/ctr/state"
	disabled_plugins = ["io.containerd.grpc.v1.cri"]
	[grpc]
	address = "$home/ctr/sock"
	END
	containerd --config "$home/ctr/config.toml" >"$home/ctr/log" 2>&1 3>&- &
	ctr_pid=$!
	wait_for 240 ctr_run version || {
		echo "containerd does not start here: $(tail -n 1 "$home/ctr/log")"
		return 1
	}
	# Not the registry's, or nothing would have to be fetched.
	make_layout "$home/ctr/own" 1 20000
	tar -C "$home/ctr/own" -cf "$home/ctr/image.tar" . &&
		ctr_run images import --base-name local/img "$home/ctr/image.tar" >/dev/null &&
		ctr_image=$(ctr_run images ls -q | head -n 1) && [[ $ctr_image ]]
}

ctr_stop() {
	[[ ${ctr_pid:-} ]] || return 0
	kill -TERM "$ctr_pid" 2>/dev/null
	wait "$ctr_pid" 2>/dev/null
}

ctr_run() {
	command ctr -a "$home/ctr/sock" -n hythe "$@"
}

# Everything but its own image, content and all.
ctr_forget() {
	local names

	names=$(ctr_run images ls -q | grep -vxF "$ctr_image")
	# shellcheck disable=SC2086
	[[ ! $names ]] || ctr_run images rm --sync $names
}

# It unpacks nothing.
ctr_pull() {
	ctr_forget
	ctr_run content fetch --plain-http ${user:+-u "$user:$password"} "$registry/$1:t"
}

ctr_push() {
	ctr_run images push --plain-http ${user:+-u "$user:$password"} "$registry/$1:t" "$ctr_image"
}

ctr_mount() {
	ctr_forget
	ctr_run content fetch --plain-http ${user:+-u "$user:$password"} "$registry/shared/img:t" &&
		ctr_run images push --plain-http ${user:+-u "$user:$password"} "$registry/$1:t" \
			"$registry/shared/img:t"
}
