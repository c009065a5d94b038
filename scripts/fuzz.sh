#!/usr/bin/env bash
# Runs the fuzz targets for so many executions each, under the address and
# undefined-behaviour sanitizers, and says what came of it. What is found is in
# build/asan/tests/fuzz/TARGET/, which also keeps what was learned: the next run
# goes on from there.
#
#   scripts/fuzz.sh [--runs N] [--seconds S] [--jobs J] [TARGET …]
#
# Without targets it is all of them. 100,000,000 executions unless said
# otherwise; --seconds ends a target sooner.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=100000000 seconds=0 jobs=1 targets=()
while (($# > 0)); do
  case "$1" in
    --runs) runs=$2; shift ;;
    --seconds) seconds=$2; shift ;;
    --jobs) jobs=$2; shift ;;
    -*) echo "fuzz: unknown option '$1'" >&2; exit 2 ;;
    *) targets+=("${1%_fuzz}") ;;
  esac
  shift
done
if ((${#targets[@]} == 0)); then
  for source in tests/fuzz/*_fuzz.cpp; do
    name=$(basename "$source" _fuzz.cpp)
    targets+=("$name")
  done
fi

cmake --preset asan >/dev/null
cmake --build --preset asan --target "${targets[@]/%/_fuzz}" -- --quiet
export ASAN_OPTIONS=detect_stack_use_after_return=0
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp
failed=0
for name in "${targets[@]}"; do
  found=build/asan/tests/fuzz/$name/
  log=$found/log
  mkdir -p "$found"
  limits=("-runs=$runs")
  ((seconds == 0)) || limits+=("-max_total_time=$seconds")
  ((jobs == 1)) || limits+=("-fork=$jobs")
  status="nothing found"
  build/asan/bin/"${name}"_fuzz "${limits[@]}" -timeout=5 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$found" "$found" \
    "tests/fuzz/corpus/$name" >"$log" 2>&1 || { status="FOUND, see $log"; failed=1; }
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  echo "$name: ${executed:-0} executions: $status"
done
exit "$failed"
