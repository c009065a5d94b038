#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::presence {

/// How a user wants to be seen. `offline` is who is there and does not show it.
enum class status : std::uint8_t { online, away, busy, offline };

std::string_view to_string(status x);
std::optional<status> parse_status(std::string_view text);

/// A user as the nodes say that it is.
struct view {
  user_id user = {};
  /// Nodes where it has a session, in order.
  std::vector<node_id> nodes = {};
  /// `offline` where it has none, or hides.
  presence::status status = presence::status::offline;
  /// When its last session ended; 0 while it has one, or where nobody knows.
  timestamp_ms last_seen = 0;
  /// It may be otherwise: a Redis did not answer, or a node has not said all.
  bool stale = false;

  friend bool operator==(const view&, const view&) = default;
};

/// A node that is there.
struct node_row {
  node_id node = 0;
  std::string name = {};
  /// Users with a session there. One who is on two nodes counts on both.
  std::uint64_t users = 0;
  std::uint64_t sessions = 0;
  /// When it began.
  timestamp_ms since = 0;
  /// It is telling a Redis again what that has lost.
  bool asserting = false;

  friend bool operator==(const node_row&, const node_row&) = default;
};

struct node_list {
  /// In the order of their numbers.
  std::vector<node_row> nodes = {};
  /// Some may be missing: a Redis did not answer.
  bool stale = false;
};

} // namespace parley::cluster::presence
