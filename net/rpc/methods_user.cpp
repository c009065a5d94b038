#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <algorithm>
#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

user_id other_user(params& in) {
  auto user = in.user();
  if (user == in.with().user)
    in.fail("user", "is yourself");
  return user;
}

template <class Command, bool On>
result<target> relate(const object& from, const context& with) {
  params in{from, with};
  return in.to_self(Command{other_user(in), On});
}

result<target> list_contacts(const object& from, const context& with) {
  params in{from, with};
  actors::list_contacts what;
  what.limit = in.limit(limits::contacts_max, limits::contacts_max);
  if (in.has("cursor"))
    what.after = user_id{in.line("cursor", 1, user_id::size_max)};
  return in.to_self(what);
}

result<target> list_blocked(const object& from, const context& with) {
  params in{from, with};
  actors::list_blocked what;
  what.limit = in.limit(limits::page_max, limits::page_max);
  if (in.has("cursor"))
    what.after = user_id{in.line("cursor", 1, user_id::size_max)};
  return in.to_self(what);
}

result<target> show(const object& from, const context& with) {
  params in{from, with};
  auto user = in.user();
  return in.to_user(user, actors::show_user{});
}

result<target> update(const object& from, const context& with) {
  params in{from, with};
  actors::update_profile what;
  if (in.has("display_name") || !in.has("avatar"))
    what.display_name
      = in.name("display_name", 1, limits::display_name_bytes_max);
  if (in.has("avatar"))
    what.avatar = in.line("avatar", 0, limits::avatar_bytes_max);
  return in.to_self(std::move(what));
}

bool is_handle_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
         || c == '.' || c == '-';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

result<target> search(const object& from, const context& with) {
  params in{from, with};
  auto prefix
    = in.line("prefix", limits::search_prefix_bytes_min, user_id::size_max);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(), lower);
  if (!std::all_of(prefix.begin(), prefix.end(), is_handle_char))
    in.fail("prefix", "must be the beginning of a handle");
  auto limit
    = in.limit(limits::search_results_default, limits::search_results_max);
  return in.to_directory(prefix, actors::search_handles{prefix, limit});
}

constexpr auto one = price::of(1);
constexpr auto draws = price::of(token::message);

constexpr std::array table{
  method{"contact.add", draws, relate<actors::set_contact, true>, write_done},
  method{"contact.remove", draws, relate<actors::set_contact, false>,
         write_done},
  method{"contact.list",
         price::by_answer(prices::full_page, prices::users_asked),
         list_contacts, write_contacts},
  method{"user.block", draws, relate<actors::set_block, true>, write_done},
  method{"user.unblock", draws, relate<actors::set_block, false>, write_done},
  method{"user.blocked", one, list_blocked, write_blocked},
  method{"user.get", one, show, write_user},
  method{"user.update", draws, update, write_user},
  method{"user.search", draws, search, write_users},
};

constexpr std::array session_table{
  method{"session.open", one, nullptr, nullptr},
  method{"session.ping", price::nothing(), nullptr, nullptr},
};

} // namespace

std::span<const method> user_methods() {
  return table;
}

std::span<const method> session_methods() {
  return session_table;
}

} // namespace parley::net::rpc
