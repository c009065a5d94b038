#!/usr/bin/env bash
# Runs many seeds of the simulators on all cores and stops at the first that
# fails, telling how to replay it: first the one of Raft cores, then the one of
# whole nodes.
#
#   scripts/simulate.sh [raft|chat] [SEEDS [FIRST]]
#
# 100,000 seeds from 1 by default, of both simulators.
set -euo pipefail
cd "$(dirname "$0")/.."

simulators=(raft chat)
if [[ ${1:-} == raft || ${1:-} == chat ]]; then
  simulators=("$1")
  shift
fi
seeds=${1:-100000}
first=${2:-1}
build=${PARLEY_BUILD:-build/release}
chunk=100

if [[ ! -d $build ]]; then
  cmake --preset release -B "$build" >/dev/null
fi

# chunks writes the first and the last seed of each part of the work.
chunks() {
  local last=$((first + seeds - 1))
  seq "$first" "$chunk" "$last" | while read -r from; do
    local to=$((from + chunk - 1))
    echo "$from $((to < last ? to : last))"
  done
}

for which in "${simulators[@]}"; do
  cmake --build "$build" --target "${which}_sim" >/dev/null
  # shellcheck disable=SC2016 # the inner shell's parameters
  chunks | xargs -P "$(nproc)" -L 1 \
    sh -c '"$0" --seeds "$1" "$2" || exit 255' "$PWD/$build/bin/${which}_sim"
  echo "$which: all $seeds seeds are well"
done
