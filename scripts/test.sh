#!/usr/bin/env bash
# Everything that must hold before a change is taken: set-up, build and all
# tests, those of the units and the fuzz targets under the sanitizers alone.
# Ends with the sum of all of them and fails if one did.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tally.sh

scripts/setup.sh --tests
step "checks" scripts/check.sh
step "build" build_preset check system_tests
step "tests" test_preset check -L "protocol|system|sim"
PARLEY_TALLY=$tally step "sanitizers" scripts/sanitize.sh --brief
report
