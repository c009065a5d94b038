#pragma once

#include "tests/sim/world.hpp"

#include <deque>
#include <map>
#include <optional>

namespace parley::sim {

class sim_cluster;

/// A member with its clock and disk: what an engine does around a core.
class sim_node {
public:
  sim_node(sim_cluster& all, world& w, node_id id, raft::configuration members,
           sim_clock clock, const raft::options& opts, int outputs_max);

  node_id id() const {
    return id_;
  }

  bool up() const {
    return core_.has_value();
  }

  bool frozen() const {
    return world_.now() < frozen_until_;
  }

  bool leads() const {
    return up() && core_->current().role == raft::role::leader;
  }

  const raft::core& core() const {
    return *core_;
  }

  const disk_image& disk() const {
    return disk_.image();
  }

  void start();
  void crash();

  /// As a process that is stopped, and goes on later.
  void freeze(true_us until);

  void deliver(const std::string& bytes);

  /// A client's write; acknowledged once it is applied here.
  bool propose(const std::string& value);

  /// A client's read, by the lease or by a round.
  void read_by_lease();
  void read_by_round();

  void transfer_to(node_id target);
  void change(std::vector<node_id> voters, std::vector<node_id> learners);

  /// Drops applied entries but for the last `keep`.
  void compact(std::uint64_t keep);

  void send_snapshot(node_id to, true_us takes);
  void unreachable(node_id peer);

  /// For people who look into a failed run.
  std::string describe() const;

private:
  struct flight {
    std::uint64_t number;
    std::uint64_t writes;
    bool done;
    std::vector<raft::message> after;
    std::uint64_t term_before = 0;
    std::vector<raft::entry> entries = {};
  };

  struct asked {
    raft::confirmed_read read;
    std::uint64_t floor;
    bool confirmed = false;
  };

  raft::time_ms clock() const {
    return clock_.read(world_.now());
  }

  /// Runs `what` now, or when it thaws, unless the node has crashed by then.
  void soon(std::function<void()> what);
  void wake_up();
  void after_input();
  void collect();
  void put(const raft::output& out, flight& f);
  void apply(const std::vector<raft::entry>& committed);
  void land(std::uint64_t number);
  void release();
  void send(const std::vector<raft::message>& messages);
  void answer_reads();
  void install(node_id from, raft::position upto, raft::configuration members,
               std::function<void(bool)> done);

  sim_cluster& all_;
  world& world_;
  node_id id_;
  sim_clock clock_;
  raft::options opts_;
  std::size_t outputs_max_;
  sim_disk disk_;
  std::optional<raft::core> core_;
  raft::planted_bugs bugs_;
  std::uint64_t life_ = 0;
  true_us frozen_until_ = 0;
  true_us wake_at_ = -1;
  raft::time_ms stepped_at_ = 0;

  raft::time_ms published_lease_ = 0;
  std::deque<flight> flights_;
  /// Proposed here, by index; and what was acknowledged when a read came.
  std::map<std::uint64_t, raft::position> proposed_;
  std::deque<asked> reads_;
};

} // namespace parley::sim
