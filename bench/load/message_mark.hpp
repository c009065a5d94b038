#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::bench {

/// What the load generator writes into a message's `client_id`, so that whoever
/// receives it knows whose it is, which, and when it was to be sent, without
/// asking anybody: `SENDER.COUNTER.MICROSECONDS`.
struct message_mark {
  std::uint32_t sender = 0;
  /// 1, 2, 3 … of each sender.
  std::uint64_t counter = 0;
  /// When it should have been sent, by `now_us`, which all processes of a
  /// machine share.
  std::int64_t intended_us = 0;

  friend bool operator==(const message_mark&, const message_mark&) = default;
};

void append(std::string& out, const message_mark& mark);

/// What the load generator writes: so many bytes of plain words.
std::string text_of(unsigned bytes);

/// Nothing where others than `append` wrote it.
std::optional<message_mark> parse_mark(std::string_view text);

} // namespace parley::bench
