#!/bin/sh
# Invents the passwords that the services of compose.yaml use among themselves, once: what exists is left alone.
# The files lie in a volume that only those services mount; each of them runs as another user, hence the mode.
set -eu
cd "${1:-/secrets}"

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# Written under another name first, so that a half-written password is never taken for one.
keep() {
  [ -s "$1" ] && return
  printf '%s' "$2" >"$1.new"
  chmod 0444 "$1.new"
  mv "$1.new" "$1"
}

keep postgres-password "$(random)"
keep redis-password "$(random)"
keep database-url "postgres://tollgate:$(cat postgres-password)@postgres:5432/tollgate"
keep redis-url "redis://:$(cat redis-password)@redis:6379"
