#pragma once

#include "net/api/admin.hpp"
#include "net/api/http_router.hpp"
#include "net/cluster_operations.hpp"
#include "net/http_api.hpp"
#include "net/operations.hpp"

#include <string>

namespace parley::net {

/// What operators and their tools reach: /healthz, /readyz, /metrics and
/// POST /v1/admin. With a token, the last two want it as a bearer token. Safe
/// to call from any network thread.
class ops_api final : public http_api {
public:
  /// `node` and `cluster` must outlive the object. No token is asked for where
  /// `token` is empty: then the listener must be on loopback.
  ops_api(std::string token, operations& node, cluster_operations& cluster);

  void handle(http_context with, http_request request, respond then) override;

private:
  void add_routes();
  bool may(const exchange_ptr& request) const;

  const std::string token_;
  operations& node_;
  admin admin_;
  http_router router_;
};

} // namespace parley::net
