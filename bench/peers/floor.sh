# The bare relay: what a message costs at the very least.
protocol=floor
guarantees="None: passed on once, by nobody checked, nothing is kept."
floor_options=()

start() {
  rm -f "$dir/floor.log"
  launch floor "$bin/parley-floor" "${floor_options[@]}"
  local tries
  for ((tries = 0; tries < 600; ++tries)); do
    [[ -s $dir/floor.log ]] && break
    kill -0 "$pid" 2>/dev/null || die "parley-floor: $(cat "$dir/floor.log")"
    sleep 0.1
  done
  nodes=("$(head -1 "$dir/floor.log")")
}
