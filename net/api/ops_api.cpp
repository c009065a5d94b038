#include "net/api/ops_api.hpp"

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

ops_api::ops_api(std::vector<ops_token> tokens, operations& node,
                 cluster_operations& cluster)
  : tokens_(std::move(tokens)), node_(node), admin_(node, cluster) {
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
    if (admit(request))
      answer_text(request, metrics::scrape(),
                  "text/plain; version=0.0.4; charset=utf-8");
  });
  router_.add(http::verb::post, "/v1/admin",
              [this](const exchange_ptr& request) {
                if (auto who = admit(request))
                  admin_.call(request, *who);
              });
}

// A web page that an operator looks at must not be able to talk to a listener
// that trusts everybody on this machine; only browsers send an Origin.
std::optional<ops_caller> ops_api::admit(const exchange_ptr& request) {
  if (request->request().count(http::field::origin) > 0) {
    request->answer_error(error{errc::forbidden, "not for web pages"});
    return std::nullopt;
  }
  if (tokens_.empty())
    return ops_caller{};
  if (auto who = find_caller(tokens_, request->bearer()))
    return who;
  count_auth_failure("ops_token");
  refused_.note("ops_token_refused", request->with().peer);
  request->answer_error(
    error{errc::unauthenticated, "the ops token is needed"});
  return std::nullopt;
}

void ops_api::handle(http_context with, http_request request, respond then) {
  router_.dispatch(std::make_shared<exchange>(
    std::move(with), std::move(request), std::move(then)));
}

} // namespace parley::net
