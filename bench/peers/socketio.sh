# Socket.IO in one process: its best case.
protocol=socketio
guarantees="Acknowledged by the process: nothing is kept, who is away misses \
it."

start() {
  local port
  port=$(free_port)
  launch socketio node bench/peers/socketio/server.mjs --port "$port"
  wait_port "$port" socketio
  nodes=("127.0.0.1:$port")
}
