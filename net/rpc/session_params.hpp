#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

/// The parameters of what a session does itself.
namespace parley::net::rpc {

struct open_params {
  std::string token;
  std::string device_id;
};

/// Of `session.open`.
result<open_params> read_open(const boost::json::object& from);

/// Of `presence.unwatch`.
result<std::vector<user_id>> read_unwatch(const boost::json::object& from);

} // namespace parley::net::rpc
