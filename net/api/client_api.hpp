#pragma once

#include "base/clock.hpp"
#include "net/api/auth_api.hpp"
#include "net/api/bearer.hpp"
#include "net/api/http_router.hpp"
#include "net/api/rpc_api.hpp"
#include "net/http_api.hpp"

#include <cstdint>
#include <memory>

namespace parley::net {

struct client_api_options {
  auth_options auth = {};
  std::uint32_t json_depth = limits::json_depth_default;
  /// Whether `GET /` serves the page.
  bool serve_page = true;
};

/// What clients reach over HTTP: /v1/auth/…, /v1/rpc, /v1/messages,
/// /v1/conversations… and the page. Safe to call from any network thread; each
/// answer is given on the thread of its connection.
class client_api final : public http_api {
public:
  /// What is passed by reference must outlive the object, and `workers` must
  /// be gone before the connections whose requests it may hold.
  static result<std::unique_ptr<client_api>>
  make(const client_api_options& opts, const signing_keys& keys,
       auth_workers& workers, rate_limits& limits, const ice_servers& ice,
       const clock& time);

  void handle(http_context with, http_request request, respond then) override;

private:
  client_api(const client_api_options& opts, const signing_keys& keys,
             rate_limits& limits, const ice_servers& ice, const clock& time);

  const bearer_check bearers_;
  rpc_api rpc_;
  std::unique_ptr<auth_api> auth_;
  http_router router_;
};

} // namespace parley::net
