#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What travels on a link: u32 length of the payload (highest byte first), u8
/// channel, payload.
namespace parley::cluster::link {

/// What a frame is for. Those below `first_channel` are the links' own; the
/// meaning of the others is their users'.
using channel_id = std::uint8_t;

inline constexpr channel_id first_channel = 16;

inline constexpr std::size_t frame_bytes_max = std::size_t{16} << 20;
inline constexpr std::size_t frame_header_bytes = 5;

/// The links' own channels.
namespace own {

inline constexpr channel_id hello = 0;
inline constexpr channel_id refusal = 1;
inline constexpr channel_id ping = 2;
inline constexpr channel_id pong = 3;
inline constexpr channel_id request = 4;
inline constexpr channel_id answer = 5;
inline constexpr channel_id failure = 6;

} // namespace own

struct frame {
  channel_id channel = 0;
  std::string_view payload = {};

  friend bool operator==(const frame&, const frame&) = default;
};

void append_header(std::string& to, channel_id channel, std::size_t size);

/// Takes whole frames off the front of `bytes` and appends them to `into`,
/// which then points into what `bytes` pointed to. False once a frame is
/// longer than `most`: what follows means nothing.
bool split_frames(std::string_view& bytes, std::vector<frame>& into,
                  std::size_t most = frame_bytes_max);

/// How long `bytes`, the beginning of a frame, will be with all of it; 0 where
/// they do not say yet.
std::size_t whole_size(std::string_view bytes);

} // namespace parley::cluster::link
