#!/usr/bin/env bash
# A crowd that does whatever it can to real nodes, and a judge (tests/hostile/).
# Plays so many calls, on fresh nodes for every million of them; each has its
# own seed, which is printed. Ends with 1 as soon as something is found.
#
#   scripts/hostile.sh [--calls N] [--nodes 1|3] [--seed S] [--seconds S]
#   scripts/hostile.sh --planted        every hole and fault must be found
#
# 100,000,000 calls unless said otherwise; --seconds ends it sooner. With three
# nodes one after the other is killed meanwhile. PARLEY_BIN_DIR names binaries to
# use instead of building the release.
set -euo pipefail
cd "$(dirname "$0")/.."

calls=100000000 nodes=1 seed=$RANDOM seconds=0 planted=false
while (($# > 0)); do
  case "$1" in
    --calls) calls=$2; shift ;;
    --nodes) nodes=$2; shift ;;
    --seed) seed=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --planted) planted=true ;;
    *) echo "hostile: unknown option '$1'" >&2; exit 2 ;;
  esac
  shift
done

bin=${PARLEY_BIN_DIR:-}
if [[ -z $bin ]]; then
  cmake --preset release >/dev/null
  cmake --build --preset release --target parleyd parleyd_holed hostile -- --quiet
  bin=$PWD/build/release/bin
fi
play=("$bin/hostile" --bin "$bin" --spec docs/openrpc.json)

if $planted; then
  missed=0
  tests/hostile/holes.py find "$bin" --seed "$seed" || missed=1
  for fault in $("${play[@]}" --plant help 2>&1 | sed 's/.*there are//'); do
    [[ $fault != none ]] || continue
    status=0
    "${play[@]}" --plant "$fault" --calls 40000 --seed "$seed" >/dev/null \
      || status=$?
    if ((status == 1)); then
      echo "hostile: $fault: found"
    else
      echo "hostile: $fault: MISSED"
      missed=1
    fi
  done
  exit "$missed"
fi

a_node=1000000 begun=$SECONDS
while ((calls > 0)); do
  part=$((calls < a_node ? calls : a_node))
  limits=(--calls "$part" --nodes "$nodes" --seed "$seed")
  if ((seconds > 0)); then
    left=$((seconds - (SECONDS - begun)))
    ((left > 0)) || break
    limits+=(--seconds "$left")
  fi
  "${play[@]}" "${limits[@]}"
  calls=$((calls - part)) seed=$((seed + 1))
done
