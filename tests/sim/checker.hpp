#pragma once

#include "tests/sim/sim_disk.hpp"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::sim {

/// Sees all that any member does, and knows what must never be (paper,
/// figure 3). Keeps the first thing that was.
class checker {
public:
  /// Election safety: one leader a term. Leader completeness: it has all that
  /// was committed.
  void led(node_id node, std::uint64_t term, const disk_image& log);

  /// Log matching: an entry's position says what it is and what it follows.
  /// Called for entries that are on a disk or on their way to another node;
  /// what never got that far may be made again otherwise.
  void saw(node_id node, std::uint64_t term_before,
           const std::vector<raft::entry>& entries);

  /// State machine safety: one entry an index, applied in order. `term` is the
  /// member's: the entry was committed in this one or before.
  void applied(node_id node, std::uint64_t term, const raft::entry& e);

  /// A member's state was replaced: never by an older one.
  void installed(node_id node, std::uint64_t upto);

  /// A member came back with what the crash has left.
  void restarted(node_id node, std::uint64_t applied);

  /// A client was told that its write is safe.
  void acknowledged(node_id node, raft::position at);

  /// A member answered a read that was asked when `floor` was acknowledged.
  void answered(node_id node, std::uint64_t applied, std::uint64_t floor,
                const char* how);

  void fail(std::string what);

  std::uint64_t acknowledged_upto() const {
    return acknowledged_;
  }

  std::uint64_t chosen_upto() const {
    return chosen_.size();
  }

  bool failed() const {
    return !failure_.empty();
  }

  const std::string& failure() const {
    return failure_;
  }

private:
  struct chosen_entry {
    raft::entry what;
    /// Committed in this term or before.
    std::uint64_t by_term;
  };

  struct seen_entry {
    std::uint64_t term_before;
    std::shared_ptr<const std::string> data;
  };

  std::map<std::uint64_t, node_id> leaders_;
  std::map<raft::position, seen_entry> entries_;
  /// What was applied first at each index, from 1 on.
  std::vector<chosen_entry> chosen_;
  std::unordered_map<node_id, std::uint64_t> applied_;
  std::uint64_t acknowledged_ = 0;
  std::string failure_;
};

} // namespace parley::sim
