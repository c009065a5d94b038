#include "net/api/auth_params.hpp"

#include "auth/password.hpp"
#include "base/handle.hpp"
#include "base/limits.hpp"
#include "net/rpc/params.hpp"

namespace parley::net {

namespace {

// Long enough for every password there can be, and for what is too long for
// one to be told so by its own rule.
constexpr std::size_t password_bytes_max = 4096;

std::string device(rpc::params& in) {
  return in.has("device_id") ? in.device() : std::string{};
}

std::string display_name(rpc::params& in, std::string_view standard) {
  return in.has("display_name")
           ? in.name("display_name", 1, limits::display_name_bytes_max)
           : std::string{standard};
}

template <class T>
result<T> finished(const rpc::params& in, T what) {
  if (!in.done())
    return in.done().error();
  return what;
}

} // namespace

result<signup_params> read_signup(const boost::json::object& from) {
  rpc::params in{from, {}};
  auto handle = parse_handle(in.text("handle"));
  if (!handle || is_guest(*handle))
    in.fail("handle", "must match ^[a-z0-9][a-z0-9_.-]{2,31}$ and not begin "
                      "with guest-");
  signup_params out;
  out.handle = handle.value_or(user_id{});
  out.password = in.text("password");
  if (auto fine = auth::check_password(out.password); !fine)
    in.fail("password", fine.error().detail);
  out.display_name = display_name(in, out.handle.view());
  out.device_id = device(in);
  return finished(in, std::move(out));
}

result<login_params> read_login(const boost::json::object& from) {
  rpc::params in{from, {}};
  login_params out;
  out.handle = parse_handle(in.text("handle")).value_or(user_id{});
  out.password = in.text("password");
  if (out.password.size() > password_bytes_max)
    in.fail("password", "is too long");
  out.device_id = device(in);
  return finished(in, std::move(out));
}

result<guest_params> read_guest(const boost::json::object& from) {
  rpc::params in{from, {}};
  guest_params out;
  out.display_name = display_name(in, "Guest");
  out.device_id = device(in);
  return finished(in, std::move(out));
}

result<std::string> read_refresh(const boost::json::object& from) {
  rpc::params in{from, {}};
  std::string out{in.text("refresh_token")};
  if (out.size() > limits::refresh_token_bytes_max)
    in.fail("refresh_token", "is too long");
  return finished(in, std::move(out));
}

} // namespace parley::net
