#include "base/check.hpp"
#include "net/forwarded.hpp"
#include "net/proxy_header.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

/// What proxies say of addresses: the headers of HTTP, and PROXY protocol.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace parley;
  using namespace parley::net;
  static const std::vector<ip_network> trusted{
    parse_ip_network("10.0.0.0/8").value(), parse_ip_network("::/8").value()};
  std::string_view text{reinterpret_cast<const char*>(data), size};
  auto proxy = parse_ip("10.0.0.1").value();
  walk_x_forwarded_for(proxy, text, trusted);
  walk_forwarded(proxy, text, trusted);
  // Nobody can spoil what a proxy adds behind it.
  auto client = parse_ip("203.0.113.7").value();
  auto list = std::string{text} + ", 203.0.113.7";
  PARLEY_CHECK(walk_x_forwarded_for(proxy, list, trusted) == client);
  if (auto network = parse_ip_network(text))
    PARLEY_CHECK(network->contains(network->first));
  if (auto read = read_proxy_header(text)) {
    PARLEY_CHECK(read->bytes <= proxy_header_bytes_max);
    auto complete = read->is == proxy_header::state::complete;
    PARLEY_CHECK(complete == (read->bytes <= size));
  }
  return 0;
}
