#include "cluster/link/frame.hpp"

#include "storage/big_endian.hpp"

namespace parley::cluster::link {

void append_header(std::string& to, channel_id channel, std::size_t size) {
  storage::append_big_endian(to, static_cast<std::uint32_t>(size));
  to.push_back(static_cast<char>(channel));
}

bool split_frames(std::string_view& bytes, std::vector<frame>& into,
                  std::size_t most) {
  while (bytes.size() >= frame_header_bytes) {
    auto size = std::size_t{storage::read_big_endian<std::uint32_t>(bytes)};
    if (size > most)
      return false;
    if (bytes.size() - frame_header_bytes < size)
      break;
    into.push_back({static_cast<channel_id>(bytes[4]),
                    bytes.substr(frame_header_bytes, size)});
    bytes.remove_prefix(frame_header_bytes + size);
  }
  return true;
}

std::size_t whole_size(std::string_view bytes) {
  if (bytes.size() < frame_header_bytes)
    return 0;
  return frame_header_bytes + storage::read_big_endian<std::uint32_t>(bytes);
}

} // namespace parley::cluster::link
