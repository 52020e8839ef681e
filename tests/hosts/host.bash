#!/usr/bin/env bash
# host.bash - one host: a lighttpd and the programs, on its mount of the store
# SPDX-License-Identifier: ISC
#
# usage: host.bash DIRECTORY STORAGE PORT [KEY=VALUE]...
#
# Runs until SIGTERM; DIRECTORY/ready is there when it answers.  The bodies of requests
# wait on this host's own disk.

. "$HYTHE_SOURCE/tests/servers/lighttpd.bash"

export server_storage=$2 server_port=$3 server_spool=$1/spool
server_settings=(OPEN=yes "${@:4}")
# Under systemd or an init no program outlives its web server.
trap 'server_stop; exit 0' TERM
mkdir -p "$1" && server_start fastcgi "$1" || exit
touch "$1/ready"
wait "$server_pid"
