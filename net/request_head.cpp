#include "net/request_head.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr unsigned expectation_failed = 417;
constexpr unsigned not_implemented = 501;
constexpr unsigned too_many_headers = 431;
// Browsers send about twenty, proxies add some.
constexpr std::ptrdiff_t header_lines_max = 200;

std::string_view text(boost::beast::string_view from) {
  return {from.data(), from.size()};
}

std::string_view trimmed(std::string_view from) {
  constexpr auto blanks = " \t\r";
  auto begin = from.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return from.substr(begin, from.find_last_not_of(blanks) + 1 - begin);
}

request_fault bad(const char* detail) {
  return {400, {errc::invalid_request, detail}};
}

// HOST or HOST:PORT, without a user. May be empty (RFC 9112, section 3.2).
bool is_host(std::string_view value) {
  if (value.find('@') != std::string_view::npos)
    return false;
  return boost::urls::parse_authority({value.data(), value.size()}).has_value();
}

std::optional<request_fault> check_host(const http_request& request) {
  auto lines = request.count(http::field::host);
  if (lines > 1)
    return bad("more than one Host");
  if (lines == 0 && request.version() >= 11)
    return bad("no Host");
  if (!is_host(text(request[http::field::host])))
    return bad("Host names no host");
  return std::nullopt;
}

// An encoding that does not end in chunked leaves the length of the body open;
// a length besides it is how requests are smuggled past proxies.
std::optional<request_fault> check_framing(const http_request& request) {
  if (request.count(http::field::transfer_encoding) == 0)
    return std::nullopt;
  if (request.count(http::field::content_length) > 0)
    return bad("Content-Length beside Transfer-Encoding");
  if (request.version() < 11)
    return bad("Transfer-Encoding in HTTP/1.0");
  auto codings = list_value(request, "Transfer-Encoding");
  if (boost::beast::iequals(codings, "chunked"))
    return std::nullopt;
  auto last = trimmed(std::string_view{codings}.substr(codings.rfind(',') + 1));
  if (!boost::beast::iequals(last, "chunked"))
    return bad("Transfer-Encoding does not end in chunked");
  return request_fault{
    not_implemented,
    {errc::invalid_request, "no Transfer-Encoding but chunked"}};
}

std::optional<request_fault> check_lone(const http_request& request) {
  constexpr std::array<http::field, 5> lone{
    {http::field::authorization, http::field::content_type, http::field::origin,
     http::field::sec_websocket_key, http::field::sec_websocket_version}};
  auto repeated = [&](http::field name) { return request.count(name) > 1; };
  if (std::any_of(lone.begin(), lone.end(), repeated))
    return bad("a header that has one value is there twice");
  if (std::distance(request.begin(), request.end()) > header_lines_max)
    return request_fault{too_many_headers,
                         {errc::too_large, "too many header lines"}};
  return std::nullopt;
}

std::optional<request_fault> check_expectation(const http_request& request) {
  if (request.count(http::field::expect) == 0 || request.version() < 11)
    return std::nullopt;
  if (boost::beast::iequals(list_value(request, "Expect"), "100-continue"))
    return std::nullopt;
  return request_fault{
    expectation_failed,
    {errc::invalid_request, "no expectation but 100-continue can be met"}};
}

bool is_known_scheme(std::string_view scheme) {
  constexpr std::array<std::string_view, 4> known{
    {"http", "https", "ws", "wss"}};
  return std::any_of(known.begin(), known.end(), [&](std::string_view one) {
    return boost::beast::iequals(one, scheme);
  });
}

} // namespace

std::optional<request_fault> check_head(const http_request& request) {
  for (auto* check : {check_host, check_framing, check_lone, check_expectation})
    if (auto fault = check(request))
      return fault;
  return std::nullopt;
}

std::optional<request_fault> normalize_target(http_request& request) {
  auto target = std::string{text(request.target())};
  if (target.starts_with('/')
      || (target == "*" && request.method() == http::verb::options))
    return std::nullopt;
  auto url = boost::urls::parse_absolute_uri(target);
  if (!url || !is_known_scheme(text(url->scheme())) || !url->has_authority()
      || url->host().empty() || url->has_userinfo())
    return bad("the request's target is neither a path nor a URL");
  std::string resource{text(url->encoded_path())};
  if (resource.empty())
    resource = request.method() == http::verb::options ? "*" : "/";
  if (url->has_query())
    resource.append("?").append(text(url->encoded_query()));
  request.set(http::field::host, url->encoded_host_and_port());
  request.target(resource);
  return std::nullopt;
}

std::string list_value(const http_request& request, std::string_view name) {
  std::string out;
  auto [begin, end] = request.equal_range({name.data(), name.size()});
  for (auto at = begin; at != end; ++at) {
    auto value = trimmed(text(at->value()));
    if (value.empty())
      continue;
    out.append(out.empty() ? "" : ", ").append(value);
  }
  return out;
}

bool list_has(const http_request& request, std::string_view name,
              std::string_view word) {
  auto list = list_value(request, name);
  return http::token_list{list}.exists({word.data(), word.size()});
}

bool keeps_alive(const http_request& request) {
  if (list_has(request, "Connection", "close"))
    return false;
  return request.version() >= 11
         || list_has(request, "Connection", "keep-alive");
}

std::string lone_value(const http_request& parsed, std::string_view rest,
                       std::string_view name) {
  boost::beast::string_view key{name.data(), name.size()};
  auto found = parsed.count(key);
  std::string out{text(parsed[key])};
  while (!rest.empty()) {
    auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    if (trimmed(line).empty())
      break;
    if (end == std::string_view::npos)
      break;
    rest.remove_prefix(end + 1);
    auto colon = line.find(':');
    if (colon == std::string_view::npos
        || !boost::beast::iequals(line.substr(0, colon), name))
      continue;
    ++found;
    out = trimmed(line.substr(colon + 1));
  }
  return found == 1 ? out : std::string{};
}

} // namespace parley::net
