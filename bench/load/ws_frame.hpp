#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// WebSocket's frames (RFC 6455, section 5.2) as a client writes and reads
/// them.
namespace parley::bench {

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// Appends one whole message to `out`, masked with `mask`.
void append_frame(std::string& out, opcode what, std::string_view payload,
                  std::uint32_t mask);

struct server_frame {
  opcode what = opcode::text;
  bool last = true;
  /// Into the input.
  std::string_view payload = {};
};

enum class frame_state : std::uint8_t { need_more, whole, broken };

/// Takes a frame from the front of `input`, if all of it is there. `broken`
/// where it is masked, has reserved bits or is of more than 64 MiB: no server
/// that speaks to us sends these.
frame_state take_frame(std::string_view& input, server_frame& out);

} // namespace parley::bench
