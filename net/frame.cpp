#include "net/frame.hpp"

#include <array>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t control_bytes_max = 125;
constexpr unsigned final_bit = 0x80;

char byte(std::uint64_t value) {
  return static_cast<char>(value & 0xff);
}

struct header {
  std::array<char, 10> bytes{};
  std::size_t size = 0;

  void add(std::uint64_t value) {
    bytes[size++] = byte(value);
  }
};

header make_header(opcode what, std::uint64_t payload_size) {
  header out;
  out.add(final_bit | static_cast<unsigned>(what));
  auto rest = 0;
  if (payload_size < 126) {
    out.add(payload_size);
  } else if (payload_size <= 0xffff) {
    out.add(126);
    rest = 2;
  } else {
    out.add(127);
    rest = 8;
  }
  for (auto i = rest - 1; i >= 0; --i)
    out.add(payload_size >> (8 * i));
  return out;
}

} // namespace

frame_ptr text_frame(std::string payload) {
  auto head = make_header(opcode::text, payload.size());
  payload.insert(0, head.bytes.data(), head.size);
  return std::make_shared<const std::string>(std::move(payload));
}

frame_ptr control_frame(opcode what, std::string_view payload) {
  payload = payload.substr(0, control_bytes_max);
  auto head = make_header(what, payload.size());
  std::string out{head.bytes.data(), head.size};
  out += payload;
  return std::make_shared<const std::string>(std::move(out));
}

frame_ptr close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload{byte(std::uint64_t{code} >> 8), byte(code)};
  auto room = control_bytes_max - payload.size();
  // What is cut within a character is no UTF-8, and breaks the connection.
  if (reason.size() > room)
    while (room > 0
           && (static_cast<unsigned char>(reason[room]) & 0xC0) == 0x80)
      --room;
  payload += reason.substr(0, room);
  return control_frame(opcode::close, payload);
}

} // namespace parley::net
