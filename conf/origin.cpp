#include "conf/origin.hpp"

#include <boost/url/parse.hpp>

#include <string>

namespace parley::conf {

result<void> check_origin(std::string_view text) {
  auto fault = [&](const char* why) {
    return error{errc::bad_config, std::string{text} + ": " + why};
  };
  if (text == "*")
    return {};
  auto url = boost::urls::parse_uri(text);
  if (!url || !url->has_authority() || url->host().empty())
    return fault("is no origin, such as https://chat.example.org");
  if (text.find('*') != std::string_view::npos)
    return fault("has a wildcard: only * alone is one, for every origin");
  if (url->has_userinfo())
    return fault("names a user: an origin is a scheme, a host and a port");
  if (url->has_query() || url->has_fragment() || url->encoded_path().size() > 1)
    return fault("has more than a scheme, a host and a port");
  if (!url->encoded_path().empty())
    return fault("ends with a slash: browsers send origins without one");
  auto port = url->port();
  if (url->has_port() && (port.empty() || url->port_number() == 0))
    return fault("has no port behind the colon");
  if ((url->scheme() == "https" && port == "443")
      || (url->scheme() == "http" && port == "80"))
    return fault("names its scheme's own port: browsers leave it out");
  return {};
}

} // namespace parley::conf
