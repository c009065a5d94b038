#include "net/upgrade.hpp"

#include "base/limits.hpp"
#include "base/text_rules.hpp"
#include "net/http_reply.hpp"
#include "net/request_head.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t key_characters = 24;
constexpr std::size_t key_bytes = 16;

std::string_view text(boost::beast::string_view from) {
  return {from.data(), from.size()};
}

bool good_key(std::string_view key) {
  if (key.size() != key_characters || !key.ends_with("==")
      || key[key_characters - 3] == '=')
    return false;
  std::array<unsigned char, key_characters> out{};
  const auto* raw = reinterpret_cast<const unsigned char*>(key.data());
  // Counts the padding as bytes.
  return EVP_DecodeBlock(out.data(), raw, key_characters) == key_bytes + 2;
}

std::string bearer_of(const http_request& request) {
  constexpr std::string_view scheme = "Bearer ";
  auto value = text(request[http::field::authorization]);
  if (value.size() <= scheme.size()
      || !boost::beast::iequals(value.substr(0, scheme.size()), scheme))
    return {};
  return std::string{value.substr(scheme.size())};
}

// A browser can set no header but this. What is offered besides is nobody's
// here, and none of it is chosen.
result<void> read_subprotocols(const http_request& request,
                               upgrade_request& out) {
  constexpr std::string_view scheme = "bearer.";
  auto list = list_value(request, "Sec-WebSocket-Protocol");
  std::string_view rest = list;
  std::string_view token;
  std::size_t tokens = 0;
  while (!rest.empty()) {
    auto comma = std::min(rest.find(','), rest.size());
    auto each = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    each.remove_prefix(std::min(each.find_first_not_of(" \t"), each.size()));
    each = each.substr(0, each.find_last_not_of(" \t") + 1);
    out.offers_subprotocol = out.offers_subprotocol || each == subprotocol;
    if (!each.starts_with(scheme))
      continue;
    token = each.substr(scheme.size());
    ++tokens;
  }
  if (tokens > 1)
    return error{errc::bad_params, "names two tokens",
                 "Sec-WebSocket-Protocol"};
  if (tokens == 1 && !out.offers_subprotocol)
    return error{errc::bad_params, "names a token without parley.v1",
                 "Sec-WebSocket-Protocol"};
  if (tokens == 1 && out.token.empty())
    out.token = token;
  return {};
}

// Twice the same, or what can't be read, is not to mean something.
result<void> read_query(const http_request& request, upgrade_request& out) {
  auto target = boost::urls::parse_origin_form(request.target());
  if (!target)
    return error{errc::bad_params, "the query is not encoded as it must be"};
  std::size_t tokens = 0;
  std::size_t devices = 0;
  for (auto param : target->params()) {
    if (param.key == "token" && ++tokens == 1 && out.token.empty())
      out.token = param.value;
    else if (param.key == "device_id" && ++devices == 1)
      out.device_id = param.value;
  }
  if (tokens > 1)
    return error{errc::bad_params, "is there twice", "token"};
  if (devices > 1)
    return error{errc::bad_params, "is there twice", "device_id"};
  return {};
}

} // namespace

bool wants_upgrade(const http_request& request) {
  return list_has(request, "Connection", "upgrade")
         && list_has(request, "Upgrade", "websocket");
}

bool upgrade_version_known(const http_request& request) {
  return request[http::field::sec_websocket_version] == "13";
}

result<upgrade_request> read_upgrade(const http_request& request) {
  if (request.method() != http::verb::get || request.version() != 11)
    return error{errc::bad_params, "WebSocket begins with GET and HTTP/1.1"};
  upgrade_request out;
  out.key = text(request[http::field::sec_websocket_key]);
  if (!good_key(out.key))
    return error{errc::bad_params, "no good key", "Sec-WebSocket-Key"};
  out.token = bearer_of(request);
  if (auto read = read_subprotocols(request, out); !read)
    return read.error();
  if (auto query = read_query(request, out); !query)
    return query.error();
  if (out.device_id.size() > limits::device_id_bytes_max)
    return error{errc::bad_params, "at most 64 bytes", "device_id"};
  if (const auto* fault = text::fault_in_device_id(out.device_id))
    return error{errc::bad_params, fault, "device_id"};
  return out;
}

std::string upgrade_response(std::string_view key, std::string_view chosen) {
  std::string seed{key};
  seed += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(seed.data(), seed.size(), digest.data(), &size, EVP_sha1(),
             nullptr);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
  auto length
    = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
  std::string out = "HTTP/1.1 101 Switching Protocols\r\n"
                    "Upgrade: websocket\r\n"
                    "Connection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: ";
  out.append(reinterpret_cast<const char*>(encoded.data()),
             static_cast<std::size_t>(length));
  if (!chosen.empty())
    out.append("\r\nSec-WebSocket-Protocol: ").append(chosen);
  out.append("\r\nDate: ").append(http_date(std::time(nullptr)));
  return out + "\r\n\r\n";
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

} // namespace parley::net
