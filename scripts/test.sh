#!/usr/bin/env bash
# Everything that must hold before a change is taken: set-up, build and all
# tests, those of the units and the fuzz targets under the sanitizers alone.
# Ends with the sum of all of them and fails if one did.
#
#   scripts/test.sh            all, as it is in CI
#   scripts/test.sh --quick    while working: units, protocol, and a minute of a
#                              hostile crowd, without sanitizers
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tally.sh

case ${1:-} in
  "") ;;
  --quick)
    step "checks" scripts/check.sh
    step "build" build_preset check unit_tests parleyd parleyctl hostile
    step "tests" test_preset check -L "unit|protocol"
    step "hostile" build/check/bin/hostile --bin build/check/bin --seconds 60 \
      --calls 1000000 --seed "$RANDOM"
    report
    ;;
  *) echo "test: unknown option '$1'" >&2; exit 2 ;;
esac

scripts/setup.sh --tests
step "checks" scripts/check.sh
step "build" build_preset check system_tests
step "tests" test_preset check -L "protocol|system|sim"
PARLEY_TALLY=$tally step "sanitizers" scripts/sanitize.sh --brief
report
