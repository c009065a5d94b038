#!/usr/bin/env bash
# Installs the servers that scripts/bench_peers.sh measures Parley beside, from
# Debian's packages and npm. Nothing else needs them. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")"

packages=(ejabberd erlang-p1-pgsql mosquitto nats-server postgresql python3
  redis-server)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

missing=()
for name in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null || true)
  [[ $status == "install ok installed" ]] || missing+=("$name")
done
if ((${#missing[@]} > 0)); then
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  echo "peers: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  # Without RUNLEVEL=1, packages start the services they bring.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
if ! cmp -s socketio/package-lock.json socketio/node_modules/.installed; then
  npm ci --prefix socketio --silent --no-audit --no-fund
  cp socketio/package-lock.json socketio/node_modules/.installed
fi
