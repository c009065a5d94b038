#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <boost/json/object.hpp>

#include <string>

/// The bodies of the /v1/auth calls.
namespace parley::net {

struct signup_params {
  user_id handle;
  std::string password;
  std::string display_name;
  std::string device_id;
};
result<signup_params> read_signup(const boost::json::object& from);

struct login_params {
  /// Empty where it is no handle that anybody can have.
  user_id handle;
  std::string password;
  std::string device_id;
};
result<login_params> read_login(const boost::json::object& from);

struct guest_params {
  std::string display_name;
  std::string device_id;
};
result<guest_params> read_guest(const boost::json::object& from);

/// The refresh token's text.
result<std::string> read_refresh(const boost::json::object& from);

} // namespace parley::net
