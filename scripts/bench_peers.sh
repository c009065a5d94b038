#!/usr/bin/env bash
# Measures Parley, a bare relay and other servers with the same load on this
# machine, one after the other, and writes one table with what each guarantees:
# bench/results/peers-REVISION.md, and the figures to a folder of that name.
# Leave the machine alone meanwhile: a round of all takes about 12 minutes.
#
#   scripts/bench_peers.sh [--rounds N] [--scenario FILE] [PEER …]
#
#   --rounds N        so many times, medians are told (1)
#   --scenario FILE   what is measured (bench/load/scenarios/peers.yaml)
#   PEER              of bench/peers/*.sh (all); parley and floor-synced, with
#                     which the others are compared, are best among them
#
# Stores lie in the system's temporary directory: set TMPDIR to the disk to be
# measured. Exits with 0 where all could be measured, else with 3; with 2 on a
# wrong option.
set -euo pipefail
cd "$(dirname "$0")/.."

peers=(parley parley-3 floor floor-synced floor-gathered socketio-stored socketio
  ejabberd nats mosquitto)
rounds=1
scenario=bench/load/scenarios/peers.yaml
chosen=()
while (($# > 0)); do
  case "$1" in
    --rounds) rounds=${2:-} && shift ;;
    --scenario) scenario=${2:-} && shift ;;
    -*)
      echo "bench: unknown option '$1'; use --rounds or --scenario" >&2
      exit 2
      ;;
    *) chosen+=("$1") ;;
  esac
  shift
done
((${#chosen[@]} > 0)) || chosen=("${peers[@]}")
for name in "${chosen[@]}"; do
  if [[ " ${peers[*]} " != *" $name "* ]]; then
    echo "bench: there is no peer '$name'; there are ${peers[*]}" >&2
    exit 2
  fi
done
if ! [[ $rounds =~ ^[1-9][0-9]?$ && -f $scenario ]]; then
  echo "bench: --rounds is 1 to 99, --scenario a file" >&2
  exit 2
fi

scripts/setup.sh
bench/peers/install.sh
build=build/release
bin=$PWD/$build/bin
if [[ ! -f $build/CMakeCache.txt ]]; then
  cmake --preset release -DPARLEY_TESTS=OFF >/dev/null
fi
cmake --build $build -j "$(nproc)" --target parleyd parley-bench parley-floor

results=bench/results/peers-$(git describe --always --dirty)
rm -rf "$results"
mkdir -p "$results"

# measure ROUND PEER, in a shell of its own that ends what it has launched.
measure() (
  dir=$(mktemp -d)
  # PostgreSQL's user must get to its part of it.
  chmod 711 "$dir"
  . bench/peers/common.sh
  trap 'stop_all; rm -rf "$dir"' EXIT
  trap 'exit 130' INT TERM
  . "bench/peers/$2.sh"
  start
  arguments=(--protocol "$protocol")
  for each in "${nodes[@]}"; do arguments+=(--node "$each"); done
  for each in "${measured[@]}"; do arguments+=(--server-pid "$each"); done
  printf '%s\n' "$guarantees" >"$results/$2.txt"
  code=0
  # Not in the foreground, where it would keep this script from being ended.
  "$bin/parley-bench" run "$scenario" "${arguments[@]}" --quiet \
    --json "$results/$2-$1.json" >"$results/$2-$1.log" &
  launched+=($!)
  wait $! || code=$?
  # 1 is a fault that the server has, and the table tells.
  if ((code > 1)); then
    tail -n 5 "$dir"/*.log >&2
    exit "$code"
  fi
)

failed=0
for ((round = 1; round <= rounds; ++round)); do
  for name in "${chosen[@]}"; do
    echo "bench: round $round of $rounds: $name"
    if ! measure "$round" "$name"; then
      echo "bench: $name could not be measured" >&2
      failed=3
    fi
  done
done
python3 bench/peers/table.py "$results" "${chosen[@]}" >"$results.md"
cat "$results.md"
echo "bench: $results.md"
exit $failed
