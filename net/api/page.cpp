#include "net/api/page.hpp"

#include "net/request_head.hpp"
#include "web/assets.hpp"

#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <string>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr unsigned ok = 200;
constexpr unsigned not_modified = 304;

// `connect-src 'self'` includes WebSockets to the same host and port.
constexpr const char* page_policy
  = "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

boost::beast::string_view as_beast(std::string_view text) {
  return {text.data(), text.size()};
}

/// Whether the list has the tag, weak or not, or is the `*` for any
/// (RFC 9110, 13.1).
bool names_tag(const http_request& request, const char* header,
               std::string_view tag) {
  auto list = list_value(request, header);
  std::string_view rest = list;
  while (!rest.empty()) {
    auto comma = std::min(rest.find(','), rest.size());
    auto each = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    while (each.starts_with(' ') || each.starts_with('\t'))
      each.remove_prefix(1);
    while (each.ends_with(' ') || each.ends_with('\t'))
      each.remove_suffix(1);
    if (each.starts_with("W/"))
      each.remove_prefix(2);
    if (each == "*" || each == tag)
      return true;
  }
  return false;
}

void serve(const web::asset& what, const exchange_ptr& request) {
  http_response out;
  out.set(http::field::etag, as_beast(what.etag));
  // The browser asks each time, and is mostly told that nothing has changed.
  out.set(http::field::cache_control, "no-cache");
  out.set("Content-Security-Policy", page_policy);
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  const auto& asked = request->request();
  if (asked.count("If-Match") > 0 && !names_tag(asked, "If-Match", what.etag)) {
    out.result(http::status::precondition_failed);
  } else if (names_tag(asked, "If-None-Match", what.etag)) {
    out.result(not_modified);
  } else {
    out.result(ok);
    out.set(http::field::content_type, as_beast(what.content_type));
    out.body() = std::string{what.bytes};
  }
  request->answer(std::move(out));
}

} // namespace

void add_page_routes(http_router& to) {
  for (const auto& asset : web::assets())
    to.add(http::verb::get, asset.path,
           [&asset](const exchange_ptr& request) { serve(asset, request); });
}

} // namespace parley::net
