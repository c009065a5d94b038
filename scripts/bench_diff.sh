#!/usr/bin/env bash
# Compares this tree's micro benchmarks with another revision's: builds both,
# runs them in turn, and prints a table of CPU times and their ratios. Leave the
# machine alone meanwhile.
#
#   scripts/bench_diff.sh [--rounds N] [--filter REGEX] REV
#
#   --rounds N       each so many times, the least is told (3)
#   --filter REGEX   these benchmarks only
#
# The other revision is built in build/diff/, and stays there for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=3
filter=.
rev=
while (($# > 0)); do
  case "$1" in
    --rounds) rounds=${2:-} && shift ;;
    --filter) filter=${2:-} && shift ;;
    -*)
      echo "bench: unknown option '$1'; use --rounds or --filter" >&2
      exit 2
      ;;
    *) rev=$1 ;;
  esac
  shift
done
if [[ -z $rev || ! $rounds =~ ^[1-9][0-9]?$ ]]; then
  echo "usage: scripts/bench_diff.sh [--rounds N] [--filter REGEX] REV" >&2
  exit 2
fi
if ! commit=$(git rev-parse --verify --quiet --short "$rev^{commit}"); then
  echo "bench: there is no revision '$rev'" >&2
  exit 2
fi

other=$PWD/build/diff/$commit
if [[ ! -d $other ]]; then
  git worktree prune
  git worktree add --quiet --detach "$other" "$commit"
fi

# build TREE, quietly.
build() (
  cd "$1"
  echo "bench: building $1" >&2
  cmake --preset release -DPARLEY_TESTS=OFF -DPARLEY_BENCH=ON >/dev/null
  cmake --build build/release -j "$(nproc)" --target micro_bench >&2
)
scripts/setup.sh --tests
build "$other"
build "$PWD"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for ((round = 1; round <= rounds; ++round)); do
  for which in before:"$other" after:"$PWD"; do
    echo "bench: round $round of $rounds: ${which%%:*}" >&2
    "${which#*:}/build/release/bin/micro_bench" --benchmark_filter="$filter" \
      --benchmark_out_format=json \
      --benchmark_out="$out/${which%%:*}-$round.json" >"$out/log" 2>&1 ||
      { cat "$out/log" >&2 && exit 3; }
  done
done
echo "$commit, and this tree:"
python3 bench/micro/diff.py "$out"
