#include "tests/sim/directed.hpp"

#include "tests/sim/sim_disk.hpp"

#include <array>

namespace parley::sim {

namespace {

using raft::planted;

/// Node 1 of three with a planted defect; the test is the other two.
class suspect {
public:
  explicit suspect(planted bug) : bugs_(bug), disk_(members()) {
    start();
  }

  static raft::configuration members() {
    return *raft::make_configuration({1, 2, 3}, {});
  }

  void start() {
    const auto& d = disk_.image();
    core_.emplace(*raft::core::open(
      {}, 1, {d.hard, d.compacted, d.last(), 0, d.members}, disk_, 1, now));
    bugs_.opened(*core_);
  }

  /// What it answers, all written.
  std::vector<raft::message> step(node_id from, std::uint64_t term,
                                  decltype(raft::message::body) body) {
    raft::message m{from, 1, term, std::move(body)};
    bugs_.before_step(*core_, m);
    core_->step(m, now);
    bugs_.after_step(*core_, m);
    bugs_.after_input(*core_);
    return write();
  }

  std::vector<raft::message> write() {
    std::vector<raft::message> all;
    while (core_->has_output()) {
      auto out = core_->take();
      bugs_.on_output(*core_, out);
      disk_.sync(disk_.add([&out](auto& d) {
        if (out.hard_state)
          d.hard = *out.hard_state;
        if (!out.entries.empty())
          d.append(out.entries);
      }));
      core_->persisted(out.number);
      for (auto* box : {&out.messages_now, &out.messages_after})
        all.insert(all.end(), box->begin(), box->end());
    }
    return all;
  }

  /// Starts a round.
  raft::round_stamp beat() {
    now += 100;
    core_->tick(now);
    for (const auto& m : write())
      if (const auto* b = std::get_if<raft::heartbeat>(&m.body))
        return b->stamp;
    return {};
  }

  raft::time_ms lease() {
    write();
    bugs_.after_input(*core_);
    return bugs_.lease_until(*core_, core_->lease_until());
  }

  bool votes_for(node_id candidate, std::uint64_t term) {
    raft::vote_request request{false, false, {99, 99}};
    for (const auto& m : step(candidate, term, request))
      if (const auto* vote = std::get_if<raft::vote_answer>(&m.body))
        return vote->granted;
    return false;
  }

  void take_entries(std::uint64_t term, std::uint64_t count) {
    raft::append request;
    request.stamp = {1, 0};
    for (std::uint64_t i = 1; i <= count; ++i)
      request.entries.push_back({{term, i},
                                 raft::entry_kind::normal,
                                 std::make_shared<const std::string>("x")});
    step(2, term, request);
  }

  raft::time_ms now = 1000;

  raft::core& core() {
    return *core_;
  }

  const raft::planted_bugs& bugs() const {
    return bugs_;
  }

private:
  raft::planted_bugs bugs_;
  sim_disk disk_;
  std::optional<raft::core> core_;
};

/// Makes it the leader of term 2.
void elect(suspect& s) {
  s.now += 1000;
  s.core().tick(s.now);
  s.write();
  s.step(2, 2, raft::vote_answer{true, true});
  s.step(2, 2, raft::vote_answer{false, true});
}

/// Paper, figure 8, up to (c).
std::string counts_an_old_entry(planted bug) {
  suspect s{bug};
  s.take_entries(1, 1);
  elect(s);
  s.step(2, 2, raft::append_answer{true, 1, 0, {}});
  return s.core().committed() == 0
           ? ""
           : "an entry of an old term was committed by counting";
}

std::string serves_while_it_hands_over(planted bug) {
  suspect s{bug};
  s.take_entries(1, 1);
  elect(s);
  s.step(2, 2, raft::append_answer{true, 2, 0, {}});
  s.core().applied(2);
  s.step(2, 2, raft::append_answer{true, 2, 0, s.beat()});
  if (s.lease() <= s.now)
    return "there is no lease";
  auto asked = s.core().transfer_to(2, s.now);
  return asked && s.lease() == 0 ? "" : "served while another may lead";
}

std::string votes_again_after_a_restart(planted bug) {
  suspect s{bug};
  auto first = s.votes_for(2, 5);
  s.start();
  s.now += 1000;
  return first && s.votes_for(3, 5) ? "two votes in one term" : "";
}

std::string votes_against_a_living_leader(planted bug) {
  suspect s{bug};
  s.step(2, 3, raft::heartbeat{0, 0, 0, {1, 0}});
  s.now += 100;
  return s.votes_for(3, 4) ? "voted within its promise" : "";
}

std::string votes_right_after_a_restart(planted bug) {
  suspect s{bug};
  s.step(2, 3, raft::heartbeat{0, 0, 0, {1, 0}});
  s.now += 10;
  s.start();
  s.now += 10;
  return s.votes_for(3, 4) ? "a restart forgot the promise" : "";
}

std::string loses_what_follows_a_snapshot(planted bug) {
  suspect s{bug};
  s.take_entries(1, 3);
  s.bugs().before_install(s.core(), {1, 2});
  s.core().snapshot_installed({1, 2}, suspect::members());
  return s.core().last().index == 3 ? "" : "an acknowledged entry was dropped";
}

} // namespace

std::string walk_through(planted bug) {
  for (auto walk : {counts_an_old_entry, serves_while_it_hands_over,
                    votes_again_after_a_restart, votes_against_a_living_leader,
                    votes_right_after_a_restart, loses_what_follows_a_snapshot})
    if (auto found = walk(bug); !found.empty())
      return found;
  return {};
}

} // namespace parley::sim
