#!/usr/bin/env bash
# From a fresh clone to chatting: installs what is missing, builds, starts one
# node and says which URL to open. What follows the script's name is handed to
# parleyd, for example:
#
#   scripts/run.sh --data-dir /var/lib/parley --client 0.0.0.0:8080
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh

build=build/release
if [[ ! -f $build/CMakeCache.txt ]]; then
  cmake --preset release -DPARLEY_TESTS=OFF -DPARLEY_BENCH=OFF >/dev/null
fi
echo "run: building (the first time takes some minutes)"
cmake --build $build -j "$(nproc)" --target parleyd parleyctl

data=./data
previous=
for argument in "$@"; do
  case "$previous $argument" in
    "--data-dir "*) data=$argument ;;
    *" --data-dir="*) data=${argument#--data-dir=} ;;
    *" --set=data_dir="*) data=${argument#--set=data_dir=} ;;
    "--set data_dir="*) data=${argument#data_dir=} ;;
  esac
  previous=$argument
done

mkdir -p "$data"
rm -f "$data/node.json"
$build/bin/parleyd --data-dir "$data" "$@" &
node=$!
trap 'kill -TERM $node 2>/dev/null || true' INT TERM

until [[ -s $data/node.json ]]; do
  kill -0 $node 2>/dev/null || { wait $node || exit $?; exit 1; }
  sleep 0.1
done
address=$(sed -n 's/.*"client" *: *"\([^"]*\)".*/\1/p' "$data/node.json")
echo
echo "Parley is ready: open http://$address"
echo "Ctrl-C stops it."
echo

status=0
wait $node || status=$?
if kill -0 $node 2>/dev/null; then
  status=0
  wait $node || status=$? # the first wait was ended by the signal
fi
exit $status
