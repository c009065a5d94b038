#include "net/rpc/session_params.hpp"

#include "base/limits.hpp"
#include "net/rpc/params.hpp"

namespace parley::net::rpc {

result<open_params> read_open(const boost::json::object& from) {
  params in{from, {}};
  open_params out;
  out.token = in.line("token", 1, limits::access_token_bytes_max);
  if (in.has("device_id"))
    out.device_id = in.device();
  if (auto checked = in.done(); !checked)
    return checked.error();
  return out;
}

result<std::vector<user_id>> read_unwatch(const boost::json::object& from) {
  params in{from, {}};
  auto users = in.users("users", limits::presence_users_max);
  if (auto checked = in.done(); !checked)
    return checked.error();
  return users;
}

} // namespace parley::net::rpc
