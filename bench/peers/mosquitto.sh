# mosquitto, quality of service 1 both ways, persistent sessions.
protocol=mqtt
guarantees="NOT SAFE against a crash: acknowledged when in memory, saved to a \
file every half hour by default, here every minute. Kept for who is away, \
delivered at least once."

start() {
  local port
  port=$(free_port)
  cat >"$dir/mosquitto.conf" <<CONF
listener $port 127.0.0.1
allow_anonymous true
persistence true
persistence_location $dir/
autosave_interval 60
max_inflight_messages 0
max_queued_messages 0
set_tcp_nodelay true
CONF
  if ((EUID == 0)); then
    echo "user root" >>"$dir/mosquitto.conf"
  fi
  launch mosquitto "$(PATH=$PATH:/usr/sbin command -v mosquitto)" \
    -c "$dir/mosquitto.conf"
  wait_port "$port" mosquitto
  nodes=("127.0.0.1:$port")
}
