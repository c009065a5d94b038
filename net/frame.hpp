#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// WebSocket frames as a server writes them (RFC 6455, section 5.2): never
/// masked, so that all receivers of an event share the same bytes.
namespace parley::net {

/// Header and payload in one piece.
using frame_ptr = std::shared_ptr<const std::string>;

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

frame_ptr text_frame(std::string payload);

/// `payload` has at most 125 bytes.
frame_ptr control_frame(opcode what, std::string_view payload);

/// `reason` is for people, and cut to what fits.
frame_ptr close_frame(std::uint16_t code, std::string_view reason);

} // namespace parley::net
