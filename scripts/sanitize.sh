#!/usr/bin/env bash
# Runs unit and protocol tests under the sanitizers, and the fuzz targets for a
# while. The thread sanitizer runs what has threads.
#
#   scripts/sanitize.sh             both
#   scripts/sanitize.sh asan        one of them: asan or tsan
#   scripts/sanitize.sh --brief     both, the thread sanitizer without the
#                                   whole node and its protocol tests
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tally.sh

only=${1:-}
case $only in
  "" | --brief | asan | tsan) ;;
  *) echo "sanitize: unknown argument '$only'" >&2; exit 2 ;;
esac

# Everything is slower: so are the tests' deadlines.
export PARLEY_TIME_SCALE=4
# What is not ours and keeps what it allocated until the process ends.
export ASAN_OPTIONS=detect_stack_use_after_return=0
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp
export UBSAN_OPTIONS=print_stacktrace=1
# libcaf, librocksdb and others of Debian's are not instrumented.
export TSAN_OPTIONS=suppressions=$PWD/tests/tsan.supp:halt_on_error=1:second_deadlock_stack=1

if [[ $only != tsan ]]; then
  step "asan: build" build_preset asan parleyd parleyctl unit_tests fuzz_tests
  step "asan: tests" test_preset asan -L "unit|protocol|fuzz"
fi
if [[ $only != asan ]]; then
  threaded=(unit_storage unit_log unit_cluster unit_link)
  [[ $only == --brief ]] || threaded+=(parleyd unit_actors unit_net)
  step "tsan: build" build_preset tsan "${threaded[@]}"
  what="unit|protocol"
  [[ $only != --brief ]] || what=unit
  step "tsan: tests" test_preset tsan -L "$what"
fi
# A part of scripts/test.sh leaves the sum to it.
[[ -n ${PARLEY_TALLY:-} ]] || report
