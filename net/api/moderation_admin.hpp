#pragma once

#include "net/api/exchange.hpp"
#include "net/rpc/params.hpp"

#include <string_view>

namespace parley::net {

/// The calls of `parleyctl` that keep users out or quiet, and look after what
/// others report of them. docs/moderation.md says what they do.
class moderation_admin {
public:
  /// Answers the request if there is such a method; false if there is none.
  bool call(std::string_view method, const exchange_ptr& request,
            rpc::params& in);

private:
  void ban(const exchange_ptr& request, rpc::params& in);
  void unban(const exchange_ptr& request, rpc::params& in);
  void mute(const exchange_ptr& request, rpc::params& in);
  void unmute(const exchange_ptr& request, rpc::params& in);
  void list_reports(const exchange_ptr& request, rpc::params& in);
  void show_report(const exchange_ptr& request, rpc::params& in);
  void resolve_report(const exchange_ptr& request, rpc::params& in);
  void read_audit(const exchange_ptr& request, rpc::params& in);
};

} // namespace parley::net
