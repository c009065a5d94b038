#pragma once

#include "base/error.hpp"

#include <string>
#include <vector>

namespace parley::bench {

/// What one run is to do. `for_each_option` says what each means.
struct options {
  std::string workload = "pairs";
  std::vector<std::string> nodes = {};
  std::string protocol = "parley";
  unsigned sessions = 100;
  unsigned window = 1;
  double rate = 0;
  double seconds = 10;
  double warmup = 2;
  double drain = 15;
  unsigned bytes = 100;
  unsigned group = 100;
  unsigned senders = 1;
  unsigned missed = 5;
  unsigned depth = 1000;
  unsigned page = 50;
  unsigned workers = 0;
  unsigned connecting = 256;
  unsigned call_timeout_ms = 10000;
  std::vector<int> server_pids = {};
  std::vector<int> kill_pids = {};
  std::string command = {};
  bool verify = false;
};

/// Names what is wrong with `opts`, if anything.
result<void> check(const options& opts);

/// Conversations are groups, not of two.
bool in_groups(const options& opts);

/// The server is no Parley node.
bool is_peer(const options& opts);

/// The one list of options: the command line, scenario files and the report
/// all walk it. `visit(name, member, help)`.
template <class Options, class Visitor>
void for_each_option(Options& o, Visitor&& visit) {
  visit("node", o.nodes,
        "A node, 127.0.0.1:8080, or 127.0.0.1-4:8080 where it listens on "
        "several addresses; again for each node of a cluster");
  visit("protocol", o.protocol,
        "What is spoken there: parley, or that of another server: floor, "
        "socketio, xmpp, nats, mqtt (pairs, room and idle only)");
  visit("sessions", o.sessions, "Users, each with one session");
  visit("window", o.window,
        "Messages (or pages) that each sender has on their way at a time");
  visit("rate", o.rate,
        "Messages a second in all, sent at fixed times whatever comes back, "
        "latency counted from these times; 0: as the window allows");
  visit("seconds", o.seconds, "How long is measured");
  visit("warmup", o.warmup, "Seconds of load before that");
  visit("drain", o.drain, "Seconds that what is on its way may take after it");
  visit("bytes", o.bytes, "Text of a message");
  visit("group", o.group, "room, mixed: members of each group");
  visit("senders", o.senders, "room: how many of them write");
  visit("missed", o.missed,
        "storm: messages that each user has missed meanwhile");
  visit("depth", o.depth, "history: messages in each conversation");
  visit("page", o.page, "history: messages a page");
  visit("workers", o.workers,
        "Processes that make the load; 0: one for each 15,000 sessions");
  visit("connecting", o.connecting, "Connections a worker opens at a time");
  visit(
    "call-timeout-ms", o.call_timeout_ms,
    "A call that is not answered by then is made again on a new connection");
  visit("server-pid", o.server_pids,
        "Processes whose CPU and memory, with those of all that they start, "
        "are reported; those that listen where the load goes, if none is "
        "named");
  visit("kill-pid", o.kill_pids,
        "storm, chaos: processes that get SIGKILL when it begins");
  visit("command", o.command,
        "A shell command to run while it is measured; measuring goes on until "
        "it has ended");
  visit("verify", o.verify,
        "At the end, read all conversations and compare them with what was "
        "acknowledged");
}

} // namespace parley::bench
