#pragma once

#include "net/frame.hpp"
#include "net/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::net {

/// What a client's frames add up to.
struct frame_event {
  enum class kind : std::uint8_t {
    need_more,
    text,
    ping,
    pong,
    /// The peer closes, with `code`; 1005 where it gave none.
    close,
    /// The peer broke the protocol: close with `code`. Nothing after it can be
    /// read.
    violation,
  };

  kind what = kind::need_more;
  /// Valid until the next call of the reader.
  std::string_view payload = {};
  std::uint16_t code = 0;
};

/// Reads what a client sends (RFC 6455): masked frames, put together from
/// fragments, control frames between them, UTF-8 checked as it arrives. Holds
/// no buffer unless it is in the middle of something.
class frame_reader {
public:
  explicit frame_reader(std::size_t message_bytes_max)
    : message_bytes_max_(message_bytes_max) {}

  /// Takes from the front of `input`, which it unmasks in place, until there is
  /// something to tell or nothing left.
  frame_event next(std::span<char>& input);

private:
  using header = std::array<unsigned char, 14>;

  std::size_t header_needs() const;
  /// Both return a close code, or 0 where nothing is wrong.
  std::uint16_t check_start() const;
  std::uint16_t begin_frame();
  bool read_header(std::span<char>& input);
  frame_event violation(std::uint16_t code);
  frame_event read_control(std::span<char>& input);
  frame_event read_data(std::span<char>& input);
  frame_event finish_control(std::string_view payload);
  frame_event finish_message(std::string_view payload);
  std::span<char> take_payload(std::span<char>& input);

  std::size_t message_bytes_max_;
  std::uint64_t payload_left_ = 0;
  /// The pieces of a message, and of a control frame, so far.
  std::string message_;
  std::string control_;
  header header_{};
  std::uint8_t header_size_ = 0;
  std::array<char, 4> mask_{};
  std::uint8_t mask_at_ = 0;
  opcode opcode_ = opcode::text;
  bool final_ = false;
  bool in_frame_ = false;
  bool in_message_ = false;
  /// `message_` or `control_` was given out by the last call.
  bool given_ = false;
  bool broken_ = false;
  utf8_checker utf8_;
};

} // namespace parley::net
