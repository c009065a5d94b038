#pragma once

#include "base/ids.hpp"
#include "cluster/presence/address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::cluster::presence {

using std::chrono::milliseconds;

/// Who we are to a Redis or a Sentinel. Never logged.
struct credentials {
  /// Empty for the default user.
  std::string user = {};
  /// Empty where none is asked for.
  std::string password = {};
};

/// Which Redis holds what this node knows of its users, and how it is asked.
/// All nodes must have the same `servers`, `masters` and `prefix`.
struct options {
  node_id node = 1;
  std::string node_name = "n1";

  /// Redises that users are spread over. Unused where there are sentinels.
  std::vector<address> servers = {};
  /// Where there are some, they say where the masters are.
  std::vector<address> sentinels = {};
  /// Names that the sentinels know masters by; users are spread over them.
  std::vector<std::string> masters = {};
  credentials login = {};
  credentials sentinel_login = {};
  unsigned database = 0;
  /// Every key begins with it.
  std::string prefix = "parley:";

  /// How long what the node said is good after it fell silent. Renewed three
  /// times within it.
  milliseconds lease{9'000};
  /// How long a user who is gone is remembered.
  milliseconds retention = std::chrono::days{30};
  /// By when a look-up is answered, if only with `stale`.
  milliseconds look_up_timeout{250};
  /// A Redis that owes an answer for so long is taken for gone.
  milliseconds silence{1'000};
  /// Connections for reading, to each Redis.
  std::size_t readers = 2;
  /// Users a second that are told anew to a Redis that has lost them.
  std::size_t reassert_rate = 20'000;
  /// Commands on their way to one Redis at a time.
  std::size_t window = 1'024;
  /// Look-ups under way at a time; more are answered `stale` at once.
  std::size_t look_ups_max = 256;
  /// Changes that may wait for a Redis. More are forgotten: then what it has of
  /// this node becomes void, and it is told anew who is there.
  std::size_t changes_max = 100'000;

  /// Whether there is a Redis at all.
  bool enabled() const {
    return !servers.empty() || !masters.empty();
  }
};

} // namespace parley::cluster::presence
