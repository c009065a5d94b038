#pragma once

#include "bench/load/message_mark.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::bench {

/// Something with a position in a conversation's log.
struct log_entry {
  std::uint64_t seq = 0;
  /// Where it is a message of ours.
  std::optional<message_mark> mark = {};
};

/// What matters to a load generator of a frame or body of `PROTOCOL.md`: an
/// answer or a notification.
struct heard {
  /// Of an answer, the call's.
  std::optional<std::uint64_t> id = {};
  /// Of a notification.
  std::string method = {};
  /// Everything that has a `seq`, in the frame's order: the event, the answer
  /// of a send, or the messages and events of a page.
  std::vector<log_entry> entries = {};
  /// 0 where the call succeeded.
  int error_code = 0;
  std::uint32_t retry_after_ms = 0;
  /// Why it failed, for people.
  std::string detail = {};
  /// There is more of some page.
  bool has_more = false;
  bool duplicate = false;
  /// The strings of these names, wherever they were: a conversation made, a
  /// sign-up's answer, a match and its partner.
  std::string text_id = {};
  std::string token = {};
  std::string conversation = {};
  std::string state = {};
};

/// Reads `json` into `out`, whose memory is used again. False where it is no
/// JSON.
bool read_heard(std::string_view json, heard& out);

} // namespace parley::bench
