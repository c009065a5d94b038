#include "bench/floor/member.hpp"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::bench {

member::~member() {
  ::close(fd);
}

bool member::send(std::string_view bytes) {
  if (!out.empty()) {
    out += bytes;
    return true;
  }
  auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR)
    return false;
  out = bytes.substr(sent < 0 ? 0 : static_cast<std::size_t>(sent));
  return true;
}

bool member::flush() {
  auto bytes = std::move(out);
  out.clear();
  return bytes.empty() || send(bytes);
}

std::string server_text(std::string_view payload) {
  constexpr char final_text = '\x81';
  std::string out(1, final_text);
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else {
    out += static_cast<char>(126);
    out += static_cast<char>(payload.size() >> 8 & 0xff);
    out += static_cast<char>(payload.size() & 0xff);
  }
  return out.append(payload);
}

std::optional<client_frame> take_client_frame(std::string_view& input,
                                              bool& broken) {
  if (input.size() < 2)
    return std::nullopt;
  auto byte = [&](std::size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(input[i]));
  };
  std::size_t size = byte(1) & 0x7f;
  std::size_t head = 2;
  broken = (byte(0) & 0xf0) != 0x80 || (byte(1) & 0x80) == 0 || size == 127;
  if (size == 126)
    head = 4;
  if (broken || input.size() < head + 4)
    return std::nullopt;
  if (size == 126)
    size = byte(2) << 8 | byte(3);
  auto mask = head;
  head += 4;
  if (input.size() - head < size)
    return std::nullopt;
  client_frame out{byte(0) & 0x0f, std::string{input.substr(head, size)}};
  for (std::size_t i = 0; i < size; ++i)
    out.payload[i] = static_cast<char>(out.payload[i] ^ input[mask + i % 4]);
  input.remove_prefix(head + size);
  return out;
}

} // namespace parley::bench
