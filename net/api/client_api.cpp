#include "net/api/client_api.hpp"

#include "net/api/page.hpp"

#include <utility>

namespace parley::net {

result<std::unique_ptr<client_api>>
client_api::make(const client_api_options& opts, const signing_keys& keys,
                 auth_workers& workers, rate_limits& limits,
                 const ice_servers& ice, const clock& time) {
  std::unique_ptr<client_api> out(
    new client_api(opts, keys, limits, ice, time));
  auto auth
    = auth_api::make(opts.auth, keys, workers, limits, out->bearers_, time);
  if (!auth)
    return auth.error();
  out->auth_ = std::move(*auth);
  out->auth_->add_routes(out->router_);
  out->rpc_.add_routes(out->router_);
  if (opts.serve_page)
    add_page_routes(out->router_);
  return out;
}

client_api::client_api(const client_api_options& opts, const signing_keys& keys,
                       rate_limits& limits, const ice_servers& ice,
                       const clock& time)
  : bearers_(keys, time), rpc_(opts.json_depth, limits, bearers_, ice, time) {}

void client_api::handle(http_context with, http_request request, respond then) {
  router_.dispatch(std::make_shared<exchange>(
    std::move(with), std::move(request), std::move(then)));
}

} // namespace parley::net
