#!/usr/bin/env bash
# From a fresh clone to a cluster: installs what is missing, builds, and starts
# N nodes (3) on loopback, with a Redis for presence if redis-server is there.
# Ctrl-C stops all of them; started again they go on with what they have, in
# data/cluster/. Remove that to begin anew.
#
#   scripts/run_cluster.sh [N]
set -euo pipefail
cd "$(dirname "$0")/.."

count=${1:-3}
if [[ ! $count =~ ^[1-9]$ ]]; then
  echo "usage: scripts/run_cluster.sh [N], with N from 1 to 9" >&2
  exit 2
fi

data=$PWD/data/cluster
redis_port=6390

if [[ -d $data/n$((count + 1)) ]]; then
  echo "run_cluster: $data holds a cluster of more than $count nodes; start as" \
    "many, or remove it to begin anew" >&2
  exit 1
fi

is_taken() { # PORT
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

refuse_if_taken() { # PORT WHAT
  if is_taken "$1"; then
    echo "run_cluster: port $1, for $2, is taken by another program" >&2
    exit 1
  fi
}

for ((n = 1; n <= count; n++)); do
  refuse_if_taken $((8080 + n)) "clients of node $n"
  refuse_if_taken $((9090 + n)) "operators of node $n"
  refuse_if_taken $((7400 + n)) "the other nodes of node $n"
done
has_redis=$(command -v redis-server || true)
[[ -z $has_redis ]] || refuse_if_taken $redis_port Redis

scripts/setup.sh

build=build/release
if [[ ! -f $build/CMakeCache.txt ]]; then
  cmake --preset release -DPARLEY_TESTS=OFF -DPARLEY_BENCH=OFF >/dev/null
fi
echo "run_cluster: building (the first time takes some minutes)"
cmake --build $build -j "$(nproc)" --target parleyd parleyctl

mkdir -p "$data"
chmod 700 "$data"
if [[ ! -s $data/secret ]]; then
  (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$data/secret")
fi

pids=()
node_pid=()
stop_all() {
  trap - INT TERM EXIT
  local pid
  for pid in "${pids[@]}"; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
}
trap stop_all EXIT
trap 'exit 0' INT TERM

# In a session of its own each, so that Ctrl-C reaches them by `stop_all` only.
redis_setting=()
if [[ -n $has_redis ]]; then
  setsid redis-server --port $redis_port --bind 127.0.0.1 --save "" \
    --appendonly no >"$data/redis.log" 2>&1 &
  pids+=($!)
  redis_setting=(--set "redis.addresses=127.0.0.1:$redis_port")
fi

start() { # N SETTING…
  local n=$1
  shift
  mkdir -p "$data/n$n"
  rm -f "$data/n$n/node.json"
  # The secret is read from a file: arguments are seen by everybody.
  cat >"$data/n$n.yaml" <<EOF
node:
  name: n$n
cluster:
  name: local
  secret: "$(cat "$data/secret")"
EOF
  chmod 600 "$data/n$n.yaml"
  setsid $build/bin/parleyd --config "$data/n$n.yaml" \
    --data-dir "$data/n$n" \
    --client "127.0.0.1:$((8080 + n))" --ops "127.0.0.1:$((9090 + n))" \
    --set "cluster.listen=127.0.0.1:$((7400 + n))" \
    "${redis_setting[@]}" "$@" >>"$data/n$n.log" 2>&1 &
  node_pid[n]=$!
  pids+=($!)
}

await_ready() { # N
  until [[ -s $data/n$1/node.json ]]; do
    if ! kill -0 "${node_pid[$1]}" 2>/dev/null; then
      echo "run_cluster: node $1 ended; the end of $data/n$1.log is:" >&2
      tail -5 "$data/n$1.log" >&2
      exit 1
    fi
    sleep 0.1
  done
}

# One after the other the first time, so that their numbers are in order. Later
# none is ready before a majority is there.
is_new=yes
[[ -d $data/n1/store ]] && is_new=
start 1 --set cluster.bootstrap=true
for ((n = 2; n <= count; n++)); do
  [[ -z $is_new ]] || await_ready $((n - 1))
  start "$n" --set cluster.join=127.0.0.1:7401
done
for ((n = 1; n <= count; n++)); do
  await_ready "$n"
done

echo
echo "A cluster of $count is ready. Open any of:"
for ((n = 1; n <= count; n++)); do
  echo "  http://127.0.0.1:$((8080 + n))"
done
echo
echo "See how it is, from any node:"
echo "  $build/bin/parleyctl --ops 127.0.0.1:9091 node list"
echo "  $build/bin/parleyctl --ops 127.0.0.1:9091 cluster status"
echo "  $build/bin/parleyctl --ops 127.0.0.1:9091 cluster map"
echo
echo "Logs are in $data. Ctrl-C stops all."
echo

wait
