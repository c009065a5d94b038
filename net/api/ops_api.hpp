#pragma once

#include "net/api/admin.hpp"
#include "net/api/http_router.hpp"
#include "net/cluster_operations.hpp"
#include "net/http_api.hpp"
#include "net/operations.hpp"
#include "net/refusal_log.hpp"

#include <optional>
#include <vector>

namespace parley::net {

/// What operators and their tools reach: /healthz, /readyz, /metrics and
/// POST /v1/admin. Where there are tokens, the last two want one of them as a
/// bearer token. Safe to call from any network thread.
class ops_api final : public http_api {
public:
  /// `node` and `cluster` must outlive the object. No token is asked for where
  /// there is none: then the listener must be on loopback.
  ops_api(std::vector<ops_token> tokens, operations& node,
          cluster_operations& cluster);

  void handle(http_context with, http_request request, respond then) override;

private:
  void add_routes();
  /// Answers a request whose sender may not be here.
  std::optional<ops_caller> admit(const exchange_ptr& request);

  const std::vector<ops_token> tokens_;
  refusal_log refused_;
  operations& node_;
  admin admin_;
  http_router router_;
};

} // namespace parley::net
