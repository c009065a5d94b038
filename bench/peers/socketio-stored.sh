# Socket.IO as it is run in earnest: two processes, Redis between them, messages
# in PostgreSQL before they are acknowledged.
protocol=socketio
guarantees="Acknowledged after PostgreSQL's commit (fsync). Who is away misses \
the event; two messages of one sender may change places. Sent twice, it is there \
twice."

start() {
  start_postgres
  local redis port i
  redis=$(free_port)
  launch redis redis-server --port "$redis" --bind 127.0.0.1 --save "" \
    --appendonly no --dir "$dir"
  wait_port "$redis" redis
  for i in 1 2; do
    port=$(free_port)
    launch "socketio-$i" node bench/peers/socketio/server.mjs --port "$port" \
      --redis "$redis" --postgres "$postgres_port"
    wait_port "$port" "socketio-$i"
    nodes+=("127.0.0.1:$port")
  done
}
