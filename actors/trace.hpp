#pragma once

#include "base/ids.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace parley::actors {

/// When a message was decided, made durable and handed to sessions; times in
/// microseconds since the Unix epoch, 0 where it has not come to that.
struct message_track {
  conversation_id conversation = {};
  seq at = 0;
  std::int64_t accepted_us = 0;
  std::int64_t committed_us = 0;
  std::int64_t delivered_us = 0;
  std::uint32_t deliveries = 0;
  /// The first sessions it was given to.
  std::array<session_id, 8> sessions = {};
};

/// Remembers the tracks of recent messages: a fixed table in which a newer
/// message takes the place of an older one with the same hash. Safe to call
/// from any thread.
class message_trace {
public:
  message_trace();

  void accepted(const conversation_id& conversation, seq at);
  void committed(const conversation_id& conversation, seq at);
  void delivered(const conversation_id& conversation, seq at,
                 const std::vector<session_id>& sessions);

  std::optional<message_track> find(const conversation_id& conversation,
                                    seq at) const;

private:
  static constexpr std::size_t slots = 4096;
  static constexpr std::size_t locks = 64;

  struct table {
    std::array<message_track, slots> tracks;
    mutable std::array<std::mutex, locks> guards;
  };

  std::unique_ptr<table> table_;
};

} // namespace parley::actors
