#!/usr/bin/env bash
# Runs many seeds of the Raft simulator on all cores and stops at the first that
# fails, telling how to replay it.
#
#   scripts/simulate.sh [SEEDS [FIRST]]     100,000 seeds from 1 by default
set -euo pipefail
cd "$(dirname "$0")/.."

seeds=${1:-100000}
first=${2:-1}
build=${PARLEY_BUILD:-build/release}
chunk=500

if [[ ! -d $build ]]; then
  cmake --preset release -B "$build" >/dev/null
fi
cmake --build "$build" --target raft_sim >/dev/null
simulator=$PWD/$build/bin/raft_sim

seq "$first" "$chunk" $((first + seeds - 1)) \
  | while read -r from; do
      to=$((from + chunk - 1))
      last=$((first + seeds - 1))
      echo "$from $((to < last ? to : last))"
    done \
  | xargs -P "$(nproc)" -L 1 sh -c '"$0" --seeds "$1" "$2" || exit 255' \
      "$simulator"
echo "all $seeds seeds are well"
