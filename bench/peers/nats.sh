# nats-server with a JetStream stream in files. Debian 12's (2.9) syncs it every
# two minutes, and cannot be told otherwise: `sync_interval` came with 2.10.
protocol=nats
guarantees="NOT SAFE against a power cut: acknowledged before it is synced, up \
to two minutes. Passed on perhaps before it is stored; who is away asks for it."

start() {
  local plain port answer
  plain=$(free_port)
  port=$(free_port)
  cat >"$dir/nats.conf" <<CONF
listen: 127.0.0.1:$plain
websocket { listen: "127.0.0.1:$port", no_tls: true }
jetstream { store_dir: "$dir/jetstream" }
CONF
  launch nats nats-server -c "$dir/nats.conf"
  wait_port "$plain" nats
  wait_port "$port" nats
  answer=$(make_stream "$plain")
  [[ $answer == *'"config"'* ]] || die "nats: no stream: $answer"
  nodes=("127.0.0.1:$port")
}

# make_stream PORT of all that begins with "chat."; prints the answer.
make_stream() {
  local want='{"name":"CHAT","subjects":["chat.>"],"storage":"file"}' line
  exec 3<>"/dev/tcp/127.0.0.1/$1"
  printf 'CONNECT {"verbose":false}\r\nSUB made 1\r\n' >&3
  printf 'PUB $JS.API.STREAM.CREATE.CHAT made %d\r\n%s\r\n' "${#want}" "$want" >&3
  while IFS= read -r -t 10 line <&3; do
    if [[ $line == MSG* ]]; then
      IFS= read -r -t 10 line <&3
      echo "$line"
      break
    fi
  done
  exec 3>&-
}
