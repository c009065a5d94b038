#include "net/api/page.hpp"

#include "net/request_head.hpp"
#include "web/assets.hpp"

#include <boost/beast/http/field.hpp>

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

void serve(const web::asset& what, const exchange_ptr& request) {
  http_response out;
  out.set(http::field::etag, as_beast(what.etag));
  // The browser asks each time, and is mostly told that nothing has changed.
  out.set(http::field::cache_control, "no-cache");
  out.set("Content-Security-Policy", page_policy);
  out.set("Cross-Origin-Resource-Policy", "same-origin");
  auto known = list_value(request->request(), "If-None-Match");
  if (known.find(what.etag) != std::string::npos) {
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
