#pragma once

#include "cluster/raft/core.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace parley::cluster::raft {

/// The disk of one member, as its engine would keep it.
class memory_log final : public log_reader {
public:
  result<std::vector<entry>> entries(std::uint64_t first, std::uint64_t last,
                                     std::size_t bytes_max) const override;
  std::optional<std::uint64_t> term(std::uint64_t index) const override;

  void write(const output& out);
  void compact(position upto);
  position last() const {
    return log.empty() ? compacted : log.back().at;
  }

  /// While it is not 0, entries are refused for so long.
  std::uint32_t busy_ms = 0;
  raft::hard_state hard;
  position compacted;
  std::deque<entry> log;
  std::uint64_t applied = 0;
  configuration members;
};

/// A member whose outputs a test takes, writes and sends when it wants to.
class member {
public:
  member(node_id self, configuration members, time_ms now,
         raft::options opts = {});

  /// From what was written, as after a crash.
  void restart(time_ms now);

  raft::core* operator->() {
    return &*core;
  }

  /// Takes an output, writes it, reports so, applies, and returns all its
  /// messages.
  std::vector<message> run();

  /// `run` until there is nothing more.
  std::vector<message> drain();

  bool leads() const {
    return core->current().role == role::leader;
  }

  /// The data of what was applied, "" for other than normal entries.
  std::vector<std::string> applied;
  memory_log disk;
  std::optional<raft::core> core;
  std::vector<confirmed_read> reads;
  std::vector<node_id> want_snapshot;

private:
  void apply(const output& out);

  node_id self_;
  raft::options opts_;
};

/// Members in one place, whose messages arrive at once unless a test says
/// otherwise.
class group {
public:
  explicit group(std::size_t nodes, raft::options opts = {});

  member& operator[](node_id id) {
    return members_.at(id);
  }

  member& add(node_id id, configuration known = {});

  /// Delivers until nothing more happens.
  void settle();

  /// Lets time pass by `ms`, a millisecond at a time.
  void pass(time_ms ms);

  /// Lets time pass for `id` only, until it stands.
  void elect(node_id id);

  node_id leader();

  /// Messages for which it says true are lost.
  std::function<bool(const message&)> lost
    = [](const message&) { return false; };

  /// Cuts a node off from the others.
  void cut(node_id id);
  void heal();

  time_ms now = 1000;

private:
  raft::options opts_;
  std::map<node_id, member> members_;
};

template <class Body>
std::vector<std::pair<message, Body>> only(const std::vector<message>& all) {
  std::vector<std::pair<message, Body>> found;
  for (const auto& m : all)
    if (const auto* body = std::get_if<Body>(&m.body))
      found.emplace_back(m, *body);
  return found;
}

entry make_entry(std::uint64_t term, std::uint64_t index, std::string data);

} // namespace parley::cluster::raft
