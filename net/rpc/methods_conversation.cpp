#include "base/limits.hpp"
#include "net/rpc/methods.hpp"
#include "net/rpc/params.hpp"
#include "net/rpc/results.hpp"

#include <algorithm>
#include <array>

namespace parley::net::rpc {

namespace {

using boost::json::object;

// Muted for good: the last second of the year 9999, which every date type of
// every client can hold.
constexpr timestamp_ms end_of_time = 253'402'300'799'000;

conversation_id new_group(params& in) {
  const auto& with = in.with();
  if (in.has("client_id"))
    return named_group(with.user, in.client().view());
  return ulid_conversation(conversation_kind::group, with.now, with.random_high,
                           with.random_low);
}

result<target> create(const object& from, const context& with) {
  params in{from, with};
  in.one_of("kind", {"group"});
  actors::start_group what;
  if (in.has("title"))
    what.group.title = in.name("title", 0, limits::title_bytes_max);
  what.group.is_public = in.has("public") && in.flag("public");
  what.group.members = in.users("members", limits::invite_users_max);
  std::erase(what.group.members, with.user);
  what.conversation = new_group(in);
  return in.to_self(std::move(what));
}

result<target> show(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::show_conversation what;
  if (in.has("members_after"))
    what.members_after = in.user("members_after");
  what.members_limit = in.limit(limits::members_page_max,
                                limits::members_page_max, "members_limit");
  return in.to_conversation(id, what);
}

result<target> list(const object& from, const context& with) {
  params in{from, with};
  actors::list_conversations what;
  what.limit = in.limit(limits::page_default, limits::page_max);
  if (in.has("cursor"))
    what.cursor = in.line("cursor", 1, limits::cursor_bytes_max);
  return in.to_self(std::move(what));
}

result<target> update(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  actors::update_group what;
  if (in.has("title") || !in.has("public"))
    what.title = in.name("title", 1, limits::title_bytes_max);
  if (in.has("public"))
    what.is_public = in.flag("public");
  return in.to_conversation(id, std::move(what));
}

result<target> invite(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  auto users = in.users("users", limits::invite_users_max);
  if (users.empty())
    in.fail("users", "must not be empty");
  return in.to_self(actors::invite_users{id, std::move(users)});
}

result<target> remove(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  return in.to_conversation(id, actors::remove_member{in.user()});
}

template <class Command>
result<target> plain(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  return in.to_conversation(id, Command{});
}

result<target> join(const object& from, const context& with) {
  params in{from, with};
  return in.to_self(actors::join_conversation{in.conversation()});
}

result<target> set_role(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  auto user = in.user();
  auto role = in.one_of("role", {"member", "admin"}) == 0
                ? storage::member_role::member
                : storage::member_role::admin;
  return in.to_conversation(id, actors::set_role{user, role});
}

result<target> mute(const object& from, const context& with) {
  params in{from, with};
  auto id = in.conversation();
  auto until = in.has("until_ts") ? in.time("until_ts") : end_of_time;
  return in.to_conversation(id, actors::mute{until > with.now ? until : 0});
}

constexpr auto draws = price::of(token::message);
constexpr auto draws_for_each = price::of(token::message, prices::users_named);

constexpr std::array table{
  method{"conversation.create", draws_for_each, create, write_conversation},
  method{"conversation.get", price::by_answer(20, prices::members_listed), show,
         write_details},
  method{"conversation.list",
         price::by_answer(prices::full_page, prices::conversations_asked), list,
         write_conversations},
  method{"conversation.update", draws, update, write_changed},
  method{"conversation.invite", draws_for_each, invite, write_changed},
  method{"conversation.remove", draws, remove, write_changed},
  method{"conversation.join", draws, join, write_changed},
  method{"conversation.leave", draws, plain<actors::leave>, write_changed},
  method{"conversation.set_role", draws, set_role, write_changed},
  method{"conversation.mute", price::of(prices::small_change), mute,
         write_done},
};

} // namespace

std::span<const method> conversation_methods() {
  return table;
}

} // namespace parley::net::rpc
