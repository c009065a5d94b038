#include "net/api/ops_api.hpp"

#include "auth/refresh.hpp"
#include "base/metrics.hpp"
#include "net/api/bearer.hpp"
#include "net/rpc/print.hpp"

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr unsigned ok = 200;
constexpr unsigned service_unavailable = 503;

void answer_text(const exchange_ptr& request, std::string text,
                 const char* type) {
  http_response out;
  out.result(ok);
  out.set(http::field::content_type, type);
  out.body() = std::move(text);
  request->answer(std::move(out));
}

} // namespace

ops_api::ops_api(std::string token, operations& node,
                 cluster_operations& cluster)
  : token_(std::move(token)), node_(node), admin_(node, cluster) {
  add_routes();
}

void ops_api::add_routes() {
  router_.add(http::verb::get, "/healthz", [](const exchange_ptr& request) {
    request->answer_json(ok, R"({"status":"ok"})");
  });
  router_.add(http::verb::get, "/readyz", [this](const exchange_ptr& request) {
    auto state = node_.ready();
    std::string out
      = state.ready ? R"({"ready":true})" : R"({"ready":false,"reason":)";
    if (!state.ready) {
      rpc::write_string(out, state.reason);
      out += '}';
    }
    request->answer_json(state.ready ? ok : service_unavailable,
                         std::move(out));
  });
  router_.add(http::verb::get, "/metrics", [this](const exchange_ptr& request) {
    if (may(request))
      answer_text(request, metrics::scrape(),
                  "text/plain; version=0.0.4; charset=utf-8");
  });
  router_.add(http::verb::post, "/v1/admin",
              [this](const exchange_ptr& request) {
                if (may(request))
                  admin_.call(request);
              });
}

// A web page that an operator looks at must not be able to talk to a listener
// that trusts everybody on this machine; only browsers send an Origin.
bool ops_api::may(const exchange_ptr& request) const {
  if (request->request().count(http::field::origin) > 0) {
    request->answer_error(error{errc::forbidden, "not for web pages"});
    return false;
  }
  if (token_.empty() || auth::same_hash(token_, request->bearer()))
    return true;
  count_auth_failure("ops_token");
  request->answer_error(
    error{errc::unauthenticated, "the ops token is needed"});
  return false;
}

void ops_api::handle(http_context with, http_request request, respond then) {
  router_.dispatch(std::make_shared<exchange>(
    std::move(with), std::move(request), std::move(then)));
}

} // namespace parley::net
