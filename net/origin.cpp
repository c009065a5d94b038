#include "net/origin.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace parley::net {

namespace {

// Schemes and hosts know no case.
bool same(std::string_view a, std::string_view b) {
  return boost::beast::iequals(a, b);
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
  auto scheme = origin.find("://");
  return scheme != std::string_view::npos && !host.empty()
         && same(origin.substr(scheme + 3), host);
}

} // namespace parley::net
