#include "bench/load/options.hpp"

#include "bench/load/peers/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::array<std::string_view, 8> workloads{
  "pairs", "room", "idle", "storm", "match", "history", "mixed", "chaos"};
constexpr unsigned sessions_a_worker_max = 19'500;

error bad(std::string field, std::string why) {
  return {errc::bad_params, "--" + field + " " + std::move(why), field};
}

result<void> check_peer(const options& opts) {
  if (!is_peer(opts))
    return {};
  if (!make_dialect(opts.protocol, {}))
    return bad("protocol", "must be parley, floor, socketio, xmpp, nats or "
                           "mqtt, not "
                             + opts.protocol);
  auto name = opts.workload;
  if (name != "pairs" && name != "idle"
      && (name != "room" || opts.protocol == "xmpp"))
    return bad("protocol", opts.protocol + " cannot be used for " + name);
  if (opts.verify)
    return bad("verify", "reads the history of a Parley node only");
  return {};
}

} // namespace

bool in_groups(const options& opts) {
  return opts.workload == "room" || opts.workload == "mixed";
}

bool is_peer(const options& opts) {
  return opts.protocol != "parley";
}

result<void> check(const options& opts) {
  if (std::find(workloads.begin(), workloads.end(), opts.workload)
      == workloads.end())
    return error{errc::bad_params, "no such workload: " + opts.workload};
  if (opts.nodes.empty())
    return bad("node", "is needed, such as --node 127.0.0.1:8080");
  auto size = in_groups(opts) ? opts.group : 2u;
  if (size < 2)
    return bad("group", "must be 2 or more");
  if (opts.sessions < size)
    return bad("sessions", fmt::format("must be {} or more", size));
  if (opts.window < 1 || opts.window > 100)
    return bad("window", "must be 1 to 100");
  if (opts.bytes < 1 || opts.bytes > 8192)
    return bad("bytes", "must be 1 to 8192");
  if (opts.rate < 0)
    return bad("rate", "must not be negative");
  if ((opts.workload == "mixed" || opts.workload == "match") && opts.rate == 0)
    return bad("rate", "is needed by " + opts.workload);
  if (opts.workload == "match"
      && (opts.workers > 1 || opts.sessions > sessions_a_worker_max))
    return bad("workers", "is 1 for match, with 19,500 sessions at most");
  if (opts.seconds <= 0 || opts.warmup < 0 || opts.drain < 0)
    return bad("seconds", "must be positive");
  if (opts.connecting < 1)
    return bad("connecting", "must be 1 or more");
  if (auto good = check_peer(opts); !good)
    return good;
  if (opts.workers != 0 && opts.sessions / opts.workers > sessions_a_worker_max)
    return bad("workers", "is too few: 19,500 sessions each at most");
  return {};
}

} // namespace parley::bench
