#!/usr/bin/env bash
# A real cluster with Redis, clients that talk all the time, and one fault after
# the other in random order, never on more than a minority of the nodes; after
# each a check that nothing acknowledged is lost, doubled or out of order. What
# came of it is written to build/chaos/seed-S/report.md and .json; where
# something was wrong, the nodes' logs are kept there as well.
#
#   scripts/chaos.sh [--nodes 3|5] [--minutes M | --rounds R] [--faults LIST]
#                    [--seed S] [--clients C] [--conversations N] [--pace MS]
#                    [--sentinel] [--out DIR]
#
# Faults: none (to compare with), kill, stop, partition, one_way, pair, loss,
# delay, disk_full, redis, rolling_restart, membership. All by default.
# --sentinel: two Redises, watched by three sentinels, instead of one.
#
# Network and disks are made in namespaces that end with the script, so this
# needs root, or user namespaces. Without them it says NOT TESTED and does what
# is left on loopback. PARLEY_BIN_DIR names binaries to use instead of building
# the release.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${PARLEY_BIN_DIR:-} ]]; then
  scripts/setup.sh --tests
  cmake --preset release >/dev/null
  cmake --build --preset release --target parleyd parleyctl
  export PARLEY_BIN_DIR=$PWD/build/release/bin PARLEY_CHAOS_BUILD=release
fi

namespaces=(unshare --net --mount --pid --fork --kill-child --mount-proc
  --propagation private)
if ! "${namespaces[@]}" true 2>/dev/null; then
  namespaces+=(--map-root-user)
  "${namespaces[@]}" true 2>/dev/null || namespaces=()
fi
for tool in ip iptables mkfs.ext4; do
  PATH=$PATH:/usr/sbin:/sbin command -v $tool >/dev/null || namespaces=()
done

if ((${#namespaces[@]} == 0)); then
  exec node tests/system/chaos/run.mjs "$@"
fi
# Names of namespaces are files in /run, which must be this run's alone.
# shellcheck disable=SC2016
exec "${namespaces[@]}" bash -c '
  export PATH=$PATH:/usr/sbin:/sbin PARLEY_CHAOS_NAMESPACE=yes
  mount -t tmpfs none /run
  ip link set lo up
  node tests/system/chaos/run.mjs "$@"
  exit $?' chaos "$@"
