#!/usr/bin/env bash
# Everything that must hold before a change is taken: set-up, build, all tests,
# the sanitizers' runs and the fuzz targets. Ends with the sum of all of them
# and fails if one did.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/tally.sh

scripts/setup.sh --tests
step "checks" scripts/check.sh
step "build" build_preset check
step "tests" test_preset check
PARLEY_TALLY=$tally step "sanitizers" scripts/sanitize.sh --brief
step "fuzz: build" build_preset fuzz config_fuzz frame_fuzz link_fuzz \
  records_fuzz rpc_fuzz token_fuzz wire_fuzz
step "fuzz: tests" test_preset fuzz -L fuzz
report
