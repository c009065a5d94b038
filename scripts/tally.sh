# Steps that are timed and go on after one has failed, and the sum of the tests
# that ran. To be sourced.

tally=${PARLEY_TALLY:-$(mktemp)}
jobs=$(nproc)

# step NAME COMMAND…
step() {
  local name=$1 began=$SECONDS
  shift
  echo "== $name"
  if "$@"; then
    echo "== $name: $((SECONDS - began)) s"
  else
    echo "== $name: FAILED after $((SECONDS - began)) s"
    echo "step $name" >>"$tally"
  fi
}

# build_preset PRESET [TARGET…]
build_preset() {
  local preset=$1
  shift
  cmake --preset "$preset" >/dev/null || return 1
  cmake --build --preset "$preset" -j "$jobs" -- --quiet "${@}"
}

# test_preset PRESET [ctest arguments…]: runs them and counts.
test_preset() {
  local preset=$1 file=$PWD/build/$1/tests.xml status
  shift
  rm -f "$file"
  ctest --preset "$preset" -j "$jobs" --output-junit "$file" "$@" \
    | { grep -Ev '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ .* Passed )' || true; }
  status=${PIPESTATUS[0]}
  count_tests "$file" || status=1
  return $status
}

count_tests() {
  local head total failed skipped disabled
  head=$(head -n 12 "$1" | tr '\n\t' '  ') || return 1
  total=$(attribute tests "$head")
  failed=$(attribute failures "$head")
  skipped=$(attribute skipped "$head")
  disabled=$(attribute disabled "$head")
  echo "tests $((total - failed - skipped - disabled)) $failed" \
    "$((skipped + disabled))" >>"$tally"
  ((total > 0))
}

attribute() {
  sed -n "s/.*<testsuite [^>]* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2"
}

# Says what failed and how many, in the last line, and ends the script.
report() {
  local passed=0 failed=0 skipped=0 kind a b c
  while read -r kind a b c; do
    if [[ $kind == tests ]]; then
      passed=$((passed + a)) failed=$((failed + b)) skipped=$((skipped + c))
    else
      echo "failed: $a $b $c"
      broken=1
    fi
  done <"$tally"
  rm -f "$tally"
  # A build or check that broke counts where no test did.
  [[ -z ${broken:-} || $failed -gt 0 ]] || failed=1
  echo "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0 && passed > 0)) && exit 0
  exit 1
}
