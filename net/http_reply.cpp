#include "net/http_reply.hpp"

#include "net/rpc/print.hpp"

#include <array>
#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

void set_default(http_response& response, std::string_view name,
                 std::string_view value) {
  if (response.find(name) == response.end())
    response.set(name, value);
}

void add_defaults(http_response& response, const reply_manners& how) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> always{
    {{"X-Content-Type-Options", "nosniff"},
     {"X-Frame-Options", "DENY"},
     {"Referrer-Policy", "no-referrer"},
     {"Cross-Origin-Opener-Policy", "same-origin"},
     {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
     {"Cache-Control", "no-store"}}};
  for (const auto& [name, value] : always)
    set_default(response, name, value);
  response.set(http::field::date, http_date(std::time(nullptr)));
  if (how.encrypted)
    set_default(response, "Strict-Transport-Security", "max-age=31536000");
  if (how.cors_origin.empty())
    return;
  response.set("Access-Control-Allow-Origin", how.cors_origin);
  response.set("Access-Control-Expose-Headers", "Retry-After");
  response.set("Vary", "Origin");
}

} // namespace

http_response error_reply(unsigned status, const error& why) {
  http_response out{http::int_to_status(status), 11};
  out.set(http::field::content_type, "application/json");
  if (why.retry_after_ms > 0) {
    auto seconds = (std::uint64_t{why.retry_after_ms} + 999) / 1000;
    out.set(http::field::retry_after, std::to_string(seconds));
  }
  out.body() = R"({"error":)";
  rpc::write_error(out.body(), why);
  out.body() += '}';
  return out;
}

http_response error_reply(const error& why) {
  return error_reply(rpc::wire_code_of(why.code).http_status, why);
}

http_response preflight_reply() {
  http_response out{http::status::no_content, 11};
  out.set("Access-Control-Allow-Methods", "GET, POST");
  out.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
  out.set("Access-Control-Max-Age", "600");
  return out;
}

std::string http_date(std::time_t when) {
  std::tm parts{};
  gmtime_r(&when, &parts);
  std::array<char, 32> out{};
  auto size = std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT",
                            &parts);
  return {out.data(), size};
}

std::string to_wire(http_response response, const reply_manners& how) {
  add_defaults(response, how);
  response.version(11);
  if (!how.keep_alive)
    response.set(http::field::connection, "close");
  else if (how.old_client)
    response.set(http::field::connection, "keep-alive");
  response.prepare_payload();
  // RFC 9110, 8.6: these have none, and a 0 would be the page's length.
  if (response.result() == http::status::no_content
      || response.result() == http::status::not_modified)
    response.erase(http::field::content_length);
  std::string out = "HTTP/1.1 " + std::to_string(response.result_int()) + " ";
  out += response.reason();
  out += "\r\n";
  for (const auto& field : response) {
    out += field.name_string();
    out += ": ";
    out += field.value();
    out += "\r\n";
  }
  out += "\r\n";
  if (!how.head_only)
    out += response.body();
  return out;
}

} // namespace parley::net
