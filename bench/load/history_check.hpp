#pragma once

#include "bench/load/session.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace parley::bench {

/// Reads all of a conversation as one of its members, and then says whether
/// each message that was acknowledged to any of them is in it once, at the
/// position that was answered, and positions only rise.
class history_check {
public:
  /// `members` are those whose acknowledged messages are looked for; the first
  /// reads.
  history_check(std::vector<session*> members, tally& into)
    : members_(std::move(members)), into_(into) {}

  /// Asks for the next page.
  void ask();

  /// A page of history that `who` was answered; ignored where another asked.
  void take(const session& who, const heard& what);

  bool is_done() const {
    return done_;
  }

private:
  void take(const log_entry& entry);
  void judge();

  std::vector<session*> members_;
  tally& into_;
  std::uint64_t upto_ = 0;
  bool done_ = false;
  /// By sender and counter.
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint64_t> found_ = {};
};

} // namespace parley::bench
