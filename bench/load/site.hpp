#pragma once

#include "bench/load/board.hpp"
#include "bench/load/endpoint.hpp"
#include "bench/load/options.hpp"
#include "bench/load/poller.hpp"

#include <cstdint>
#include <deque>
#include <set>
#include <utility>
#include <vector>

namespace parley::bench {

class session;
class workload;

/// What the sessions of one worker share.
struct site {
  poller& loop;
  const options& opts;
  const std::vector<target_node>& nodes;
  board& shared;
  tally& counted;
  unsigned worker = 0;
  /// Set before the first session opens.
  workload* load = nullptr;

  /// Sessions that want a connection, and how many are just being made.
  std::deque<session*> to_open = {};
  std::size_t opening = 0;
  /// Who wants to be woken when.
  std::set<std::pair<std::int64_t, session*>> timers = {};
};

} // namespace parley::bench
