#pragma once

#include "base/ids.hpp"

#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

/// Consensus on one log, by the Raft paper (Ongaro and Ousterhout, "In Search
/// of an Understandable Consensus Algorithm", extended version) and Ongaro's
/// thesis ("Consensus: Bridging Theory and Practice"); "paper 5.4" and "thesis
/// 3.10" name their sections.
namespace parley::cluster::raft {

/// Milliseconds of a clock that never goes back and goes on while the machine
/// sleeps: CLOCK_BOOTTIME, not the steady clock. Its zero means nothing.
using time_ms = std::int64_t;

inline constexpr time_ms never = std::numeric_limits<time_ms>::max();

/// A place in a log. Two logs that hold the same position are equal up to it
/// (log matching, paper 5.3). {0, 0} is before the first entry.
struct position {
  std::uint64_t term = 0;
  std::uint64_t index = 0;

  /// Orders by term, then by index: which of two logs is more up to date
  /// (paper 5.4.1).
  friend auto operator<=>(const position&, const position&) = default;
};

/// The values travel between nodes and are stored: append only.
enum class entry_kind : std::uint8_t {
  normal = 1,
  /// A new leader's first entry, without data; or a mark, with some.
  noop = 2,
  /// Data is an encoded `configuration`.
  config = 3
};

/// Copies share the payload.
struct entry {
  position at;
  entry_kind kind = entry_kind::normal;
  /// Never null.
  std::shared_ptr<const std::string> data;
};

/// What a node must not forget. All zero in a node that never took part.
struct hard_state {
  std::uint64_t term = 0;
  /// Whom this node voted for in `term`; 0 is nobody.
  node_id vote = 0;

  friend bool operator==(const hard_state&, const hard_state&) = default;
};

enum class role : std::uint8_t { follower, pre_candidate, candidate, leader };

/// "follower", "pre_candidate", "candidate" or "leader".
const char* to_string(role r);

} // namespace parley::cluster::raft
