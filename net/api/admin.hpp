#pragma once

#include "net/api/cluster_admin.hpp"
#include "net/api/exchange.hpp"
#include "net/api/moderation_admin.hpp"
#include "net/api/ops_caller.hpp"
#include "net/api/queue_admin.hpp"
#include "net/operations.hpp"
#include "net/rpc/params.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace parley::net {

/// The calls of `parleyctl`: a POST of `{"method", "params"}`, answered with
/// `{"result": …}` or `{"error": …}`. docs/operating.md lists them.
class admin {
public:
  admin(operations& node, cluster_operations& cluster)
    : node_(node), cluster_(cluster), queues_(node) {}

  /// Answers the request, if its sender may have what it asks for.
  void call(const exchange_ptr& request, const ops_caller& who);

private:
  void run(const exchange_ptr& request, std::string_view method,
           const boost::json::object& params);
  void status(const exchange_ptr& request, rpc::params& in);
  void list_entities(const exchange_ptr& request, rpc::params& in);
  void list_dead_letters(const exchange_ptr& request, rpc::params& in);
  void trace(const exchange_ptr& request, rpc::params& in);
  void show_config(const exchange_ptr& request, rpc::params& in);
  void rotate_keys(const exchange_ptr& request, rpc::params& in);
  void show_user(const exchange_ptr& request, rpc::params& in);
  void sign_out(const exchange_ptr& request, rpc::params& in);
  void show_conversation(const exchange_ptr& request, rpc::params& in);
  void tail(const exchange_ptr& request, rpc::params& in);
  void show_presence(const exchange_ptr& request, rpc::params& in);
  void list_presence(const exchange_ptr& request, rpc::params& in);

  operations& node_;
  cluster_admin cluster_;
  queue_admin queues_;
  moderation_admin moderation_;
};

} // namespace parley::net
