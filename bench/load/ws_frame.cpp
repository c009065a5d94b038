#include "bench/load/ws_frame.hpp"

#include <cstring>

namespace parley::bench {

namespace {

constexpr std::uint64_t payload_max = std::uint64_t{64} * 1024 * 1024;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (auto c : bytes)
    out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (auto i = bytes - 1; i >= 0; --i)
    out += static_cast<char>(value >> (8 * i) & 0xff);
}

void append_length(std::string& out, std::size_t size) {
  constexpr std::uint64_t mask_bit = 0x80;
  if (size < 126) {
    append_big_endian(out, mask_bit | size, 1);
  } else if (size <= 0xffff) {
    append_big_endian(out, mask_bit | 126, 1);
    append_big_endian(out, size, 2);
  } else {
    append_big_endian(out, mask_bit | 127, 1);
    append_big_endian(out, size, 8);
  }
}

// Eight bytes at a time: the mask repeats every four.
void append_masked(std::string& out, std::string_view payload,
                   std::uint32_t mask) {
  auto at = out.size();
  out.append(payload);
  auto wide = std::uint64_t{mask} << 32 | mask;
  auto* p = out.data() + at;
  auto left = payload.size();
  for (; left >= sizeof(wide); left -= sizeof(wide), p += sizeof(wide)) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, p, sizeof(wide));
    piece ^= wide;
    std::memcpy(p, &piece, sizeof(wide));
  }
  char key[sizeof(wide)];
  std::memcpy(key, &wide, sizeof(wide));
  for (std::size_t i = 0; i < left; ++i)
    p[i] = static_cast<char>(p[i] ^ key[i]);
}

} // namespace

void append_frame(std::string& out, opcode what, std::string_view payload,
                  std::uint32_t mask) {
  constexpr unsigned final_bit = 0x80;
  out += static_cast<char>(final_bit | static_cast<unsigned>(what));
  append_length(out, payload.size());
  char key[sizeof(mask)];
  std::memcpy(key, &mask, sizeof(mask));
  out.append(key, sizeof(mask));
  append_masked(out, payload, mask);
}

frame_state take_frame(std::string_view& input, server_frame& out) {
  if (input.size() < 2)
    return frame_state::need_more;
  auto first = static_cast<unsigned char>(input[0]);
  auto second = static_cast<unsigned char>(input[1]);
  if ((first & 0x70) != 0 || (second & 0x80) != 0)
    return frame_state::broken;
  std::uint64_t size = second;
  std::size_t head = 2;
  if (size >= 126) {
    auto bytes = std::size_t{size == 126 ? 2u : 8u};
    head += bytes;
    if (input.size() < head)
      return frame_state::need_more;
    size = big_endian(input.substr(2, bytes));
  }
  if (size > payload_max)
    return frame_state::broken;
  if (input.size() - head < size)
    return frame_state::need_more;
  out.what = static_cast<opcode>(first & 0x0f);
  out.last = (first & 0x80) != 0;
  out.payload = input.substr(head, size);
  input.remove_prefix(head + size);
  return frame_state::whole;
}

} // namespace parley::bench
