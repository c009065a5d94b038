#pragma once

#include "net/pending_call.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace parley::net {

/// The calls that wait for replies on one network thread. An id is never given
/// twice, so that a late reply meets nobody else's call.
class call_table {
public:
  /// `first_round`: random, or what was asked in an earlier life of the node
  /// could be answered now.
  explicit call_table(std::uint32_t first_round = 0)
    : first_round_(first_round) {}

  /// `shard`: where the call goes. Returns its id.
  std::uint64_t add(pending_call what, std::uint16_t shard,
                    std::int64_t deadline_ms);

  /// Nothing where it was taken before.
  std::optional<pending_call> take(std::uint64_t id);

  /// Takes those whose time is over.
  std::vector<pending_call> take_expired(std::int64_t now_ms);

  /// Takes those that went to a shard.
  std::vector<pending_call> take_of(std::uint16_t shard);

  std::size_t size() const {
    return slots_.size() - free_.size();
  }

private:
  struct slot {
    pending_call what;
    std::int64_t deadline_ms = 0;
    std::uint32_t round = 0;
    std::uint16_t shard = 0;
    bool used = false;
  };

  pending_call release(std::uint32_t index);

  const std::uint32_t first_round_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
};

} // namespace parley::net
