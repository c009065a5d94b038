# ejabberd with its message archive in PostgreSQL, as its manual advises.
protocol=xmpp
guarantees="Acknowledged (XEP-0198) after the sender's archive has it: \
PostgreSQL's commit. Delivered again to sessions that come back in time."

start() {
  start_postgres
  local schema port
  schema=$(dpkg -L ejabberd erlang-p1-pgsql | grep '/pg\.sql$' | head -1)
  psql -q -h 127.0.0.1 -p "$postgres_port" -U postgres -f "$schema" \
    >"$dir/schema.log" 2>&1 || die "psql: $(tail -1 "$dir/schema.log")"
  port=$(free_port)
  sed -e "s/@PORT@/$port/" -e "s/@POSTGRES@/$postgres_port/" \
    bench/peers/ejabberd.yml >"$dir/ejabberd.yml"
  mkdir "$dir/mnesia"
  # Not by ejabberdctl, which leaves a daemon (epmd) behind and wants its own
  # user.
  launch ejabberd env HOME="$dir" ERL_CRASH_DUMP=/dev/null \
    ERL_LIBS="$(dirname "$(dirname "$(dirname "$(dpkg -L ejabberd |
      grep '/ejabberd\.beam$')")")")" \
    EJABBERD_CONFIG_PATH="$dir/ejabberd.yml" EJABBERD_LOG_PATH="$dir/xmpp.log" \
    erl +K true +P 250000 -noinput -start_epmd false \
    -mnesia dir "\"$dir/mnesia\"" -s ejabberd
  wait_port "$port" ejabberd
  nodes=("127.0.0.1:$port")
}
