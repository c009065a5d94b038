#pragma once

#include "base/ids.hpp"

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

namespace parley::match {

/// Who met whom lately. Not told of times out of order, it forgets each pair
/// within a few calls of the time when it may meet again.
class acquaintances {
public:
  /// The two do not meet again before `until`.
  void add(const user_id& a, const user_id& b, timestamp_ms until);

  /// When the two may meet again; 0 if they may at any time.
  timestamp_ms until(const user_id& a, const user_id& b) const;

  /// Forgets some of those who may meet again.
  void forget(timestamp_ms now);

  std::size_t size() const {
    return until_.size();
  }

private:
  using pair = std::pair<user_id, user_id>;

  struct hash {
    std::size_t operator()(const pair& x) const noexcept;
  };

  static pair of(const user_id& a, const user_id& b);

  std::unordered_map<pair, timestamp_ms, hash> until_;
  std::deque<std::pair<timestamp_ms, pair>> by_age_;
};

} // namespace parley::match
