#pragma once

#include "net/api/exchange.hpp"
#include "net/operations.hpp"
#include "net/rpc/params.hpp"

#include <string_view>

namespace parley::net {

/// The calls of `parleyctl` that are about the queues where strangers meet.
/// docs/operating.md lists them.
class queue_admin {
public:
  explicit queue_admin(operations& node) : node_(node) {}

  /// Answers the request if there is such a method; false if there is none.
  bool call(std::string_view method, const exchange_ptr& request,
            rpc::params& in);

private:
  void list(const exchange_ptr& request, rpc::params& in);
  void show(const exchange_ptr& request, rpc::params& in);
  void explain(const exchange_ptr& request, rpc::params& in);
  void drain(const exchange_ptr& request, rpc::params& in);
  void list_matches(const exchange_ptr& request, rpc::params& in);

  operations& node_;
};

} // namespace parley::net
