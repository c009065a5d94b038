#pragma once

#include "auth/token.hpp"
#include "net/api/bearer.hpp"
#include "net/api/exchange.hpp"
#include "net/api/http_router.hpp"
#include "net/ice_servers.hpp"
#include "net/rate_limits.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace parley::net {

/// The methods of the table over HTTP: as JSON-RPC at /v1/rpc, and some as
/// plain resources. Users' rate limits are those of their sessions.
class rpc_api {
public:
  /// What is passed must outlive the object.
  rpc_api(std::uint32_t json_depth, rate_limits& limits,
          const bearer_check& bearers, const ice_servers& ice,
          const clock& time);

  void add_routes(http_router& to);

private:
  using on_result = std::function<void(result<std::string>)>;

  void post_rpc(const exchange_ptr& request);
  /// Counts the call as one of the user's under way.
  result<void> hold(const exchange_ptr& request, const user_id& user);
  void post_message(const exchange_ptr& request);
  void list_conversations(const exchange_ptr& request);
  void read_history(const exchange_ptr& request);

  /// Answers the request with the result of one method.
  void answer_with(const exchange_ptr& request, std::string_view method,
                   boost::json::object params);
  /// Calls `then` once, with the method's result as JSON.
  void invoke(const exchange_ptr& request, const auth::claims& who,
              timestamp_ms muted_until, std::string_view method,
              const boost::json::object& params, on_result then);
  result<rpc::target> prepare(const rpc::method& called,
                              const auth::claims& who,
                              const boost::json::object& params);

  const std::uint32_t json_depth_;
  rate_limits& limits_;
  const bearer_check& bearers_;
  const ice_servers& ice_;
  const clock& time_;
};

} // namespace parley::net
