#include "node/drainer.hpp"

#include "base/log.hpp"
#include "cluster/member/placement.hpp"

#include <algorithm>
#include <utility>

namespace parley::node {

namespace {

// What nobody else has a replica of cannot be handed over; its sessions can.
constexpr std::chrono::seconds handover_patience{5};
constexpr std::chrono::seconds lonely_after{3};

} // namespace

std::chrono::milliseconds time_to_leave(std::size_t sessions,
                                        std::uint64_t accept_rate,
                                        std::size_t takers,
                                        std::size_t leavers) {
  auto rate = accept_rate * std::max<std::size_t>(1, takers);
  auto ms = sessions * 1000 * std::max<std::size_t>(1, leavers) / rate;
  return std::chrono::milliseconds{static_cast<std::int64_t>(ms)};
}

drainer::drainer(cluster::member& member, std::uint64_t accept_rate,
                 std::string url)
  : member_(member), accept_rate_(accept_rate), url_(std::move(url)) {}

drainer::surroundings drainer::look_around() const {
  using cluster::node_state;
  surroundings out;
  auto map = member_.map();
  auto reports = member_.reports();
  auto self = member_.self();
  for (auto node : member_.others()) {
    const auto* row = map->find(node);
    if (!row || row->state == node_state::removed)
      continue;
    if (row->state == node_state::draining) {
      ++out.leavers;
      continue;
    }
    ++out.takers;
    if (auto said = reports.find(node);
        said != reports.end() && !said->second.url.empty())
      out.urls.push_back(said->second.url);
  }
  const auto* row = map->find(self);
  out.draining = row && row->state == node_state::draining;
  // What nobody else has a replica of stays where it is.
  auto is_shared = [self](const std::vector<node_id>& replicas) {
    return std::any_of(replicas.begin(), replicas.end(),
                       [self](auto node) { return node != self; });
  };
  for (std::size_t i = 0; i < map->shards.size(); ++i)
    if (is_shared(map->shards[i].placed)
        && member_.owner_of(static_cast<cluster::shard_id>(i)).here)
      ++out.led;
  if (is_shared(cluster::map_voters(*map))
      && member_.owner_of(cluster::meta_shard).here)
    ++out.led;
  return out;
}

net::departure drainer::plan(const surroundings& seen,
                             std::size_t sessions) const {
  return {time_to_leave(sessions, accept_rate_, seen.takers, seen.leavers + 1),
          seen.urls};
}

net::departure drainer::all_leave(std::size_t sessions) const {
  return plan(look_around(), sessions);
}

void drainer::look(net::server& network) {
  auto seen = look_around();
  auto now = steady_clock::now();
  if (seen.takers > 0)
    accompanied_at_ = now;
  if (seen.draining && now - accompanied_at_ < lonely_after) {
    go_on(network, seen);
  } else if (std::exchange(stage_, stage::serving) != stage::serving) {
    network.turn_away(false);
    network.let_stay();
    log::info("undrained", {{"sessions", network.sessions()}});
  }
  auto sessions = network.sessions();
  member_.report({sessions,
                  stage_ == stage::leaving && seen.led == 0 && sessions == 0,
                  url_});
}

void drainer::go_on(net::server& network, const surroundings& seen) {
  auto now = steady_clock::now();
  if (stage_ == stage::serving) {
    network.turn_away(true);
    stage_ = stage::handing_over;
    fewest_led_ = seen.led;
    fewest_since_ = now;
    return;
  }
  if (stage_ == stage::leaving)
    return;
  if (seen.led < fewest_led_) {
    fewest_led_ = seen.led;
    fewest_since_ = now;
  }
  if (seen.led > 0 && now - fewest_since_ < handover_patience)
    return;
  auto how = plan(seen, network.sessions());
  log::info("sessions_sent_away", {{"sessions", network.sessions()},
                                   {"still_led", seen.led},
                                   {"window_ms", how.window.count()}});
  network.send_away(how);
  stage_ = stage::leaving;
}

} // namespace parley::node
