# Nodes of this tree: one, unless $parley_nodes says otherwise.
protocol=parley
guarantees="Acknowledged after fdatasync, in one order for all. Delivered after \
that, and again to who was away. Sent twice with one id, it is there once."
parley_nodes=1

start() {
  local n settings=() operators=()
  if ((parley_nodes > 1)); then
    settings=(--set "cluster.listen=127.0.0.1:$(free_port)")
    settings+=(--set cluster.bootstrap=true)
  fi
  for ((n = 1; n <= parley_nodes; ++n)); do
    if ((n > 1)); then
      settings=(--set "cluster.listen=127.0.0.1:$(free_port)")
      settings+=(--set "cluster.join=$(address_of 1 cluster)")
    fi
    start_node "$n" "${settings[@]}"
    nodes+=("$(address_of "$n" client)")
    operators+=("$(address_of "$n" ops)")
  done
  ((parley_nodes == 1)) || python3 bench/peers/settled.py "${operators[@]}" ||
    die "the cluster does not come to rest"
}

# start_node N SETTING…, and wait until it is ready.
start_node() {
  local name=n$1 tries
  shift
  cp bench/load/node.yaml "$dir/$name.yaml"
  if ((parley_nodes > 1)); then
    printf 'node:\n  name: %s\ncluster:\n  name: bench\n  secret: %s\n' "$name" \
      only-on-loopback-and-for-a-moment >>"$dir/$name.yaml"
  fi
  launch "$name" "$bin/parleyd" --config "$dir/$name.yaml" \
    --data-dir "$dir/$name" --client 127.0.0.1:0 --ops 127.0.0.1:0 "$@"
  for ((tries = 0; tries < 600; ++tries)); do
    [[ -s $dir/$name/node.json ]] && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  tail -5 "$dir/$name.log" >&2
  die "node $name is not ready"
}

# address_of N WHAT, as the node has written it down.
address_of() {
  grep -o "\"$2\": *\"[^\"]*\"" "$dir/n$1/node.json" | cut -d '"' -f 4
}
