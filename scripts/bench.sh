#!/usr/bin/env bash
# Measures a node of this tree on this machine, in under ten minutes, and writes
# bench/results/REVISION.md with plots, and REVISION.json, which
# `parley-bench compare` reads. Leave the machine alone meanwhile.
#
#   scripts/bench.sh [SCENARIO]     bench/load/scenarios/standard.yaml
#
# The store lies in the system's temporary directory: set TMPDIR to the disk to
# be measured. Exits as parley-bench does: 0 where nothing was lost, duplicated
# or out of order.
set -euo pipefail
cd "$(dirname "$0")/.."

scenario=${1:-bench/load/scenarios/standard.yaml}
if [[ ! -f $scenario ]]; then
  echo "bench: there is no $scenario" >&2
  exit 2
fi

scripts/setup.sh
build=build/release
if [[ ! -f $build/CMakeCache.txt ]]; then
  cmake --preset release -DPARLEY_TESTS=OFF >/dev/null
fi
cmake --build $build -j "$(nproc)" --target parleyd parley-bench

dir=$(mktemp -d)
node=
finish() {
  if [[ -n $node ]]; then
    kill -KILL "$node" 2>/dev/null || true
    wait "$node" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap finish EXIT

$build/bin/parleyd --config bench/load/node.yaml --data-dir "$dir/node" \
  --client 127.0.0.1:0 --ops 127.0.0.1:0 2>"$dir/log" &
node=$!
until [[ -s $dir/node/node.json ]]; do
  if ! kill -0 "$node" 2>/dev/null; then
    echo "bench: the node ended; the end of its log is:" >&2
    tail -5 "$dir/log" >&2
    exit 3
  fi
  sleep 0.1
done
address=$(grep -o '"client": *"[^"]*"' "$dir/node/node.json" | cut -d '"' -f 4)

mkdir -p bench/results
name=bench/results/$(git describe --always --dirty)
code=0
$build/bin/parley-bench run "$scenario" --node "$address" \
  --server-pid "$node" --json "$name.json" --plot "$name.svg" \
  --report "$name.md" || code=$?
echo "bench: $name.md"
exit $code
