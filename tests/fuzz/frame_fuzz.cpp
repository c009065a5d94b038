#include "base/check.hpp"
#include "net/frame_reader.hpp"
#include "net/origin.hpp"
#include "net/request_parser.hpp"
#include "net/upgrade.hpp"
#include "net/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {
namespace {

constexpr std::size_t message_bytes_max = 300;

struct seen {
  frame_event::kind what;
  std::string payload;
  std::uint16_t code;

  friend bool operator==(const seen&, const seen&) = default;
};

std::vector<seen> read_frames(std::string bytes, std::size_t step) {
  frame_reader reader{message_bytes_max};
  std::vector<seen> out;
  std::span<char> rest{bytes};
  while (!rest.empty()) {
    auto piece = rest.first(std::min(step, rest.size()));
    rest = rest.subspan(piece.size());
    for (;;) {
      auto found = reader.next(piece);
      if (found.what == frame_event::kind::need_more)
        break;
      out.push_back({found.what, std::string{found.payload}, found.code});
    }
    PARLEY_CHECK(piece.empty());
  }
  return out;
}

/// What frames say does not depend on the pieces that they come in.
void try_frames(std::string_view bytes, std::size_t step) {
  auto whole = read_frames(std::string{bytes}, bytes.size() + 1);
  PARLEY_CHECK(whole == read_frames(std::string{bytes}, step));
  for (const auto& one : whole) {
    PARLEY_CHECK(one.payload.size() <= message_bytes_max);
    utf8_checker text;
    if (one.what == frame_event::kind::text)
      PARLEY_CHECK(text.feed(one.payload) && text.complete());
  }
}

void try_request(std::string_view bytes, std::size_t step) {
  namespace http = boost::beast::http;
  request_parser parser{8192, 4096};
  std::string in;
  while (!bytes.empty() && !parser.done()) {
    in += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    while (!parser.done() && !parser.fault() && parser.feed(in)) {
    }
    if (parser.fault())
      return;
  }
  if (!parser.done())
    return;
  auto request = parser.release();
  PARLEY_CHECK(request.body().size() <= 4096);
  PARLEY_CHECK(request.version() < 11 || request.count(http::field::host) == 1);
  auto path = path_of({request.target().data(), request.target().size()});
  PARLEY_CHECK(path.find('?') == std::string_view::npos);
  auto origin = request[http::field::origin];
  auto host = request[http::field::host];
  origin_allowed({origin.data(), origin.size()}, {host.data(), host.size()},
                 {"https://chat.example"});
  if (!wants_upgrade(request) || !upgrade_version_known(request))
    return;
  if (auto asked = read_upgrade(request))
    upgrade_response(asked->key);
}

} // namespace
} // namespace parley::net

/// The first byte says which parser, and in pieces of what size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  auto step = std::size_t{1} + data[0] / 2 % 40;
  if (data[0] % 2 == 0)
    parley::net::try_frames(bytes, step);
  else
    parley::net::try_request(bytes, step);
  return 0;
}
