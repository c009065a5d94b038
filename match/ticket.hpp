#pragma once

#include "base/ids.hpp"
#include "match/wishes.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace parley::match {

/// Unique in its queue, for ever. Of two tickets the later has the higher one.
using ticket_id = std::uint64_t;

/// Somebody who wants to meet somebody.
struct ticket {
  ticket_id id = 0;
  user_id user = {};
  wishes asked = {};
  /// Those whom the user does not want to meet, in order.
  std::vector<user_id> avoid = {};
  timestamp_ms since = 0;
  /// What whoever keeps tickets keeps with it; not looked at.
  std::string said = {};

  timestamp_ms gives_up_at() const {
    return since + asked.give_up.count();
  }

  bool avoids(const user_id& other) const {
    return std::binary_search(avoid.begin(), avoid.end(), other);
  }

  void shun(const user_id& other) {
    auto at = std::lower_bound(avoid.begin(), avoid.end(), other);
    if (at == avoid.end() || *at != other)
      avoid.insert(at, other);
  }
};

class segment;

/// A ticket that waits. `want` is what it wants now; `steps_taken` says how
/// many of its steps that includes.
struct waiting {
  ticket t = {};
  wish want = {};
  std::size_t steps_taken = 0;
  /// Its user is away: it keeps its age and is not matched.
  bool paused = false;
  /// When it is looked at again; what the heap of due times knows as other is
  /// void.
  timestamp_ms due = 0;
  /// Where the index has it.
  segment* home = nullptr;
  std::uint32_t slot = 0;
};

} // namespace parley::match
