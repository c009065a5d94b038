#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

result<target> set(const object& from, const context& with) {
  params in{from, with};
  actors::set_presence what;
  what.status = static_cast<actors::presence_status>(
    in.one_of("status", {"online", "away", "busy", "invisible"}));
  if (in.has("text"))
    what.text = in.name("text", 0, limits::status_text_bytes_max);
  return in.to_self(std::move(what));
}

result<target> gather(const object& from, const context& with) {
  params in{from, with};
  auto users = in.users("users", limits::presence_users_max);
  return in.to_self(actors::gather_presence{std::move(users)});
}

constexpr std::array table{
  method{"presence.set", price::of(token::message), set, write_done},
  method{"presence.get", price::of(1, prices::users_named), gather,
         write_presences},
  method{"presence.watch", price::of(1, prices::users_named), gather,
         write_presences},
  method{"presence.unwatch", price::of(1), nullptr, write_done},
};

} // namespace

std::span<const method> presence_methods() {
  return table;
}

} // namespace parley::net::rpc
