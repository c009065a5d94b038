#include "net/origin.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace parley::net {

namespace {

// Schemes and hosts know no case.
bool same(std::string_view a, std::string_view b) {
  return boost::beast::iequals(a, b);
}

/// Without the port that everybody leaves out.
std::string_view without_default_port(std::string_view host,
                                      std::string_view scheme) {
  std::string_view port;
  if (same(scheme, "https"))
    port = ":443";
  else if (same(scheme, "http"))
    port = ":80";
  if (!port.empty() && host.ends_with(port))
    host.remove_suffix(port.size());
  return host;
}

} // namespace

bool origin_allowed(std::string_view origin, std::string_view host,
                    const std::vector<std::string>& allowed) {
  if (origin.empty())
    return true;
  auto listed
    = [&](const std::string& one) { return one == "*" || same(one, origin); };
  if (std::any_of(allowed.begin(), allowed.end(), listed))
    return true;
  // The scheme is not compared: behind a proxy it is the proxy's.
  auto end = origin.find("://");
  if (end == std::string_view::npos || host.empty())
    return false;
  auto scheme = origin.substr(0, end);
  return same(without_default_port(origin.substr(end + 3), scheme),
              without_default_port(host, scheme));
}

} // namespace parley::net
