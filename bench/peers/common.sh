# What the files of this folder share; scripts/bench_peers.sh reads it first.
#
# A peer's file sets
#   protocol      as parley-bench calls it
#   guarantees    what an acknowledgement says, and what may still be lost
# and has a function `start`, which launches its processes in $dir and sets
#   nodes         addresses to connect to
#   measured      the ids of processes whose CPU counts, with their children's

launched=()
# Whom `launch` makes of a process, and how it is ended unless by SIGTERM.
launch_as=()
declare -A stop_with=()
measured=()
nodes=()

die() {
  echo "bench: $*" >&2
  exit 3
}

# free_port prints a port of 127.0.0.1 that nobody listens on now.
free_port() {
  python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# launch NAME COMMAND … runs it until stop_all, or until this shell is gone; its
# output goes to $dir/NAME.log, its id to $pid and to `measured`.
launch() {
  local name=$1
  shift
  setpriv --pdeathsig KILL "${launch_as[@]}" "$@" >"$dir/$name.log" 2>&1 </dev/null &
  pid=$!
  launched+=("$pid")
  measured+=("$pid")
}

# wait_port PORT NAME until that process, launched last, listens.
wait_port() {
  local tries
  for ((tries = 0; tries < 600; ++tries)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$dir/$2.log" >&2
  die "$2 does not listen"
}

# Ends everything that was launched, the last first, and waits for it.
stop_all() {
  local i
  for ((i = ${#launched[@]} - 1; i >= 0; --i)); do
    kill -"${stop_with[${launched[i]}]:-TERM}" "${launched[i]}" 2>/dev/null ||
      true
  done
  for ((i = 0; i < 50 && ${#launched[@]} > 0; ++i)); do
    kill -0 "${launched[@]}" 2>/dev/null || break
    sleep 0.1
  done
  for i in "${launched[@]}"; do
    kill -KILL "$i" 2>/dev/null || true
    wait "$i" 2>/dev/null || true
  done
  launched=()
}

# start_postgres launches a server of its own with Debian's defaults (each commit
# is synced) and sets $postgres_port. PostgreSQL refuses to be root.
start_postgres() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
  if ((EUID == 0)); then
    launch_as=(--reuid postgres --regid postgres --clear-groups)
    install -d -o postgres "$dir/postgres"
  fi
  setpriv --pdeathsig KILL "${launch_as[@]}" "$bin/initdb" -D "$dir/postgres" -U postgres -A trust \
    >"$dir/initdb.log" 2>&1 || die "initdb: $(tail -1 "$dir/initdb.log")"
  postgres_port=$(free_port)
  launch postgres "$bin/postgres" -D "$dir/postgres" \
    -c listen_addresses=127.0.0.1 -p "$postgres_port" -k "$dir/postgres"
  launch_as=()
  # Does not wait for clients.
  stop_with[$pid]=INT
  wait_port "$postgres_port" postgres
}
