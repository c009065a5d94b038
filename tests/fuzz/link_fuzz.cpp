#include "base/check.hpp"
#include "cluster/link/frame.hpp"
#include "cluster/link/hello.hpp"
#include "cluster/link/host_port.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cluster::link {
namespace {

constexpr std::size_t frame_max = 300;

struct split {
  std::vector<std::pair<channel_id, std::string>> frames;
  bool sound = true;

  friend bool operator==(const split&, const split&) = default;
};

split split_in_pieces(std::string_view bytes, std::size_t step) {
  split out;
  std::string held;
  while (out.sound && !bytes.empty()) {
    auto piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    held += piece;
    std::string_view rest = held;
    std::vector<frame> found;
    out.sound = split_frames(rest, found, frame_max);
    for (const auto& one : found)
      out.frames.emplace_back(one.channel, one.payload);
    auto whole = whole_size(rest);
    PARLEY_CHECK(!out.sound || whole == 0 || whole > rest.size());
    held.erase(0, held.size() - rest.size());
  }
  return out;
}

/// What frames say does not depend on the pieces that they come in, and they
/// can be written again.
void try_frames(std::string_view bytes, std::size_t step) {
  auto whole = split_in_pieces(bytes, bytes.size() + 1);
  PARLEY_CHECK(whole == split_in_pieces(bytes, step));
  std::string again;
  for (const auto& [channel, payload] : whole.frames) {
    PARLEY_CHECK(payload.size() <= frame_max);
    append_header(again, channel, payload.size());
    again += payload;
  }
  PARLEY_CHECK(bytes.starts_with(again));
}

void try_hello(std::string_view bytes) {
  auto found = decode_hello(bytes);
  PARLEY_CHECK(!found || bytes.starts_with(encode(*found)));
  to_string(decode_refusal(bytes));
  if (!found)
    return;
  hello ours;
  ours.speaks_min = 2;
  ours.speaks_max = 5;
  auto version = common_version(ours, *found);
  PARLEY_CHECK(version == 0 || (version >= 2 && version <= 5));
  PARLEY_CHECK(version == common_version(*found, ours));
  PARLEY_CHECK(version != 0 || objection(ours, *found) == refusal::version);
}

void try_address(std::string_view text) {
  auto found = parse_host_port(text);
  PARLEY_CHECK(!found || parse_host_port(to_string(*found)).has_value());
}

} // namespace
} // namespace parley::cluster::link

/// The first byte says which parser, and in pieces of what size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace parley::cluster::link;
  if (size == 0)
    return 0;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 3) {
    case 0: try_frames(bytes, std::size_t{1} + data[0] / 3 % 40); break;
    case 1: try_hello(bytes); break;
    default: try_address(bytes); break;
  }
  return 0;
}
