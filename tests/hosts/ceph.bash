# ceph.bash - a Ceph of one machine, and its file system mounted once for each host
# SPDX-License-Identifier: ISC
#
# ceph_start DIRECTORY MOUNT...
#	A monitor, a manager, one object store in memory and a metadata server, all of
#	DIRECTORY and on 127.0.0.1; and CephFS at every MOUNT, each by a client of its own.
#	It takes some 15 seconds, needs root and /dev/fuse, and Debian's ceph-mon ceph-mgr
#	ceph-osd ceph-mds ceph-fuse ceph-common.
# ceph_mount MOUNT
#	Once more, after it was killed or unmounted.
# ceph_kill MOUNT
#	Its client is killed, and says nothing of what it had; but for a host without power
#	nobody closes its connections, too.
# ceph_stop
#	Everything is ended, and DIRECTORY removed.
# ceph_missing
#	Print why it cannot run here; false if it can.

ceph_missing() {
	local tool

	if ((EUID)); then
		echo 'Ceph needs root' && return
	fi
	if [[ ! -c /dev/fuse ]] || ! (: <>/dev/fuse) 2>/dev/null; then
		echo 'Ceph needs /dev/fuse' && return
	fi
	if ! unshare --mount true 2>/dev/null; then
		echo 'Ceph needs the right to mount' && return
	fi
	for tool in ceph-mon ceph-mgr ceph-osd ceph-mds ceph-fuse ceph ceph-authtool monmaptool; do
		type -P "$tool" >/dev/null || { echo "no $tool here" && return; }
	done
	return 1
}

# A host that is dead is given up after 30 seconds, the least that can be set.
ceph_configure() {
	local port=$((21000 + RANDOM % 9000))

	cat >"$ceph/ceph.conf" <<-END
	[global]
	fsid = $(</proc/sys/kernel/random/uuid)
	mon initial members = a
	mon host = v2:127.0.0.1:$port
	public network = 127.0.0.0/8
	cluster network = 127.0.0.0/8
	public addr = 127.0.0.1
	ms bind msgr1 = false
	auth cluster required = cephx
	auth service required = cephx
	auth client required = cephx
	keyring = $ceph/keyring
	run dir = $ceph/run
	pid file = $ceph/run/\$name.pid
	admin socket = $ceph/run/\$name.\$pid.asok
	log file = $ceph/run/\$name.log
	mon data = $ceph/mon
	mgr data = $ceph/mgr
	osd data = $ceph/osd
	mds data = $ceph/mds
	osd pool default size = 1
	osd pool default min size = 1
	osd pool default pg num = 8
	osd pool default pg autoscale mode = off
	osd crush chooseleaf type = 0
	osd objectstore = memstore
	osd class load list = *
	osd class default list = *
	memstore device bytes = $((3 << 30))
	mon allow pool size one = true
	mon warn on pool no redundancy = false
	auth allow insecure global id reclaim = false
	mds session blocklist on timeout = true
	client mount timeout = 30
	END
}

# One key ring for all of them: nobody else comes here.
ceph_keys() {
	ceph-authtool --create-keyring "$ceph/keyring" --gen-key -n mon. --cap mon 'allow *' &&
		ceph-authtool "$ceph/keyring" --gen-key -n client.admin \
			--cap mon 'allow *' --cap mgr 'allow *' --cap osd 'allow *' --cap mds 'allow *' &&
		ceph-authtool "$ceph/keyring" --gen-key -n mgr.x \
			--cap mon 'allow profile mgr' --cap osd 'allow *' --cap mds 'allow *' &&
		ceph-authtool "$ceph/keyring" --gen-key -n osd.0 \
			--cap mon 'allow profile osd' --cap mgr 'allow profile osd' --cap osd 'allow *' &&
		ceph-authtool "$ceph/keyring" --gen-key -n mds.a \
			--cap mon 'allow profile mds' --cap mgr 'allow profile mds' \
			--cap osd 'allow rwx' --cap mds 'allow *'
}

ceph_monitor() {
	local address fsid

	address=$(sed -n 's/^mon host = //p' "$ceph/ceph.conf")
	fsid=$(sed -n 's/^fsid = //p' "$ceph/ceph.conf")
	monmaptool --create --fsid "$fsid" --addv a "[$address]" "$ceph/monmap" &&
		ceph-mon --mkfs -i a --monmap "$ceph/monmap" --keyring "$ceph/keyring" &&
		ceph-mon -i a
}

ceph_store() {
	local id

	id=$(</proc/sys/kernel/random/uuid)
	ceph osd new "$id" 0 && ceph-osd -i 0 --mkfs --osd-uuid "$id" && ceph-osd -i 0
}

ceph_file_system() {
	local tries

	ceph osd pool create metadata 8 && ceph osd pool create data 8 &&
		ceph fs new registry metadata data && ceph-mds -i a || return
	for ((tries = 0; tries < 300; tries++)); do
		! ceph mds stat | grep -q up:active || break
		sleep 0.2
	done
	ceph fs set registry session_timeout 30 && ceph fs set registry session_autoclose 30
}

ceph_start() {
	local mount

	ceph=$1 ceph_mounts=("${@:2}")
	export ceph
	export CEPH_CONF=$ceph/ceph.conf
	mkdir -p "$ceph"/{mon,mgr,osd,mds,run} || return
	ceph_configure
	if ! { ceph_keys && ceph_monitor && ceph-mgr -i x && ceph_store && ceph_file_system; } \
		>"$ceph/start.log" 2>&1 3>&-; then
		cat "$ceph/start.log" >&2
		return 1
	fi
	for mount in "${ceph_mounts[@]}"; do
		ceph_mount "$mount" || return
	done
	ceph_has_room
}

# For some seconds it says that it has none.
ceph_has_room() {
	local tries

	for ((tries = 0; tries < 300; tries++)); do
		(($(stat -f -c %a "${ceph_mounts[0]}"))) && return
		sleep 0.2
	done
	echo 'CephFS has no room' >&2
	return 1
}

ceph_pid_file() {
	printf %s "$ceph/run/mount${1//\//-}.pid"
}

ceph_mount() {
	mkdir -p "$1" && ceph-fuse -n client.admin --pid-file "$(ceph_pid_file "$1")" "$1" \
		>>"$ceph/start.log" 2>&1 3>&-
}

ceph_kill() {
	kill -KILL "$(<"$(ceph_pid_file "$1")")"
	umount -l "$1"
}

ceph_stop() {
	local mount file signal tries

	for mount in "${ceph_mounts[@]}"; do
		umount "$mount" 2>/dev/null || umount -l "$mount" 2>/dev/null || :
	done
	for signal in TERM KILL; do
		for file in "$ceph"/run/*.pid; do
			[[ ! -s $file ]] || kill -"$signal" "$(<"$file")" 2>/dev/null || :
		done
		for ((tries = 0; tries < 50; tries++)); do
			ceph_lives || break 2
			sleep 0.1
		done
	done
	rm -rf --one-file-system "$ceph"
}

ceph_lives() {
	local file

	for file in "$ceph"/run/*.pid; do
		[[ -s $file ]] || continue
		! kill -0 "$(<"$file")" 2>/dev/null || return 0
	done
	return 1
}
