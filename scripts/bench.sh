#!/usr/bin/env bash
# Measures a node of this tree on this machine, and in the same minutes bare
# relays that do the least a server can (parley-floor, with and without a log
# that is synced). Writes bench/results/REVISION.md with plots and with what the
# node is to its floors, and REVISION.json, which `parley-bench compare` reads.
# Leave the machine alone meanwhile: the standard scenario takes 9 minutes.
#
#   scripts/bench.sh [--repeat N] [--nodes N] [--no-floor] [SCENARIO]
#
#   --repeat N   all of it so many times; the report tells medians (1)
#   --nodes N    a cluster of so many, all on this machine (1)
#   --no-floor   the nodes only
#   SCENARIO     bench/load/scenarios/standard.yaml
#
# The stores lie in the system's temporary directory: set TMPDIR to the disk to
# be measured. Exits as parley-bench does: 0 where nothing was lost, duplicated
# or out of order. Nothing that it has started is left behind.
set -euo pipefail
cd "$(dirname "$0")/.."

repeat=1
count=1
with_floor=yes
scenario=bench/load/scenarios/standard.yaml
while (($# > 0)); do
  case "$1" in
    --repeat) repeat=${2:-} && shift ;;
    --nodes) count=${2:-} && shift ;;
    --no-floor) with_floor= ;;
    -*)
      echo "bench: unknown option '$1'; use --repeat, --nodes or --no-floor" >&2
      exit 2
      ;;
    *) scenario=$1 ;;
  esac
  shift
done
if ! [[ $repeat =~ ^[1-9][0-9]?$ && $count =~ ^[1-9]$ ]]; then
  echo "bench: --repeat is 1 to 99, --nodes 1 to 9" >&2
  exit 2
fi
if [[ ! -f $scenario ]]; then
  echo "bench: there is no $scenario" >&2
  exit 2
fi

scripts/setup.sh
build=build/release
bin=$PWD/$build/bin
if [[ ! -f $build/CMakeCache.txt ]]; then
  cmake --preset release -DPARLEY_TESTS=OFF >/dev/null
fi
cmake --build $build -j "$(nproc)" --target parleyd parley-bench parley-floor

dir=$(mktemp -d)
. bench/peers/common.sh
trap 'stop_all; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

arguments=(--repeat "$repeat")
. bench/peers/parley.sh
parley_nodes=$count
start
for each in "${nodes[@]}"; do arguments+=(--node "$each"); done
for each in "${measured[@]}"; do arguments+=(--server-pid "$each"); done
if [[ -n $with_floor ]]; then
  . bench/peers/floor.sh
  start
  arguments+=(--floor "memory=${nodes[0]}")
  floor_options=(--sync "$dir/floor.data")
  start
  arguments+=(--floor "synced=${nodes[0]}")
fi

mkdir -p bench/results
name=bench/results/$(git describe --always --dirty)
((count == 1)) || name+=-nodes-$count
code=0
# Not in the foreground, where it would keep this script from being ended.
"$bin/parley-bench" run "$scenario" "${arguments[@]}" --json "$name.json" \
  --plot "$name.svg" --report "$name.md" &
launched+=($!)
wait $! || code=$?
((code > 1)) || sed '/^## /,$d' "$name.md"
echo "bench: $name.md"
exit $code
