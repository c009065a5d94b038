#include "actors/conversation_state.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <utility>

// Groups: who belongs to them, and in which role. And who has blocked whom in a
// direct conversation.
namespace parley::actors {

using storage::event_kind;
using storage::member_role;

decision conversation_state::decide(const asked& by, const create_group& m) {
  if (exists_) {
    if (head_.created_by != by.by.user)
      return refuse(errc::conflict, "the conversation exists");
    auto me = members_.find(by.by.user);
    return answer_with(me == members_.end() ? bare_view()
                                            : view_of(by.by.user, &me->second));
  }
  if (by.by.is_muted)
    return answer_with(muted_refusal());
  std::set<user_id> users{m.members.begin(), m.members.end()};
  users.insert(by.by.user);
  if (users.size() > limits::members_max)
    return refuse(errc::too_large, "too many members", "members");

  decision d;
  exists_ = true;
  head_.kind = conversation_kind::group;
  head_.is_public = m.is_public;
  head_.title = m.title;
  head_.created_at = by.now;
  head_.created_by = by.by.user;
  put_head(d);
  storage::event_record event;
  event.kind = event_kind::created;
  event.value = m.title;
  event.users = {users.begin(), users.end()};
  auto at = append_event(std::move(event), by, d);
  for (auto& user : users)
    add_member(user,
               user == by.by.user ? member_role::owner : member_role::member,
               at, by, d);
  d.tell.back().added = {users.begin(), users.end()};
  d.answer = view_of(by.by.user, &members_.at(by.by.user));
  return d;
}

decision conversation_state::decide(const asked& by, const update_group& m) {
  auto method = m.is_public ? method_id::conversation_update_public
                            : method_id::conversation_update;
  if (auto me = authorize(by, method); !me)
    return answer_with(me.error());
  if (m.title.value_or(head_.title) == head_.title
      && m.is_public.value_or(head_.is_public) == head_.is_public)
    return answer_with(changed{log_.last_seq()});
  decision d;
  if (m.title)
    head_.title = *m.title;
  if (m.is_public)
    head_.is_public = *m.is_public;
  put_head(d);
  storage::event_record event;
  event.kind = event_kind::updated;
  event.value = head_.title;
  append_event(std::move(event), by, d);
  return d;
}

decision conversation_state::decide(const asked& by, const invite& m) {
  if (auto me = authorize(by, method_id::conversation_invite); !me)
    return answer_with(me.error());
  std::set<user_id> users;
  for (auto& user : m.users)
    if (!members_.contains(user))
      users.insert(user);
  if (users.empty())
    return answer_with(changed{log_.last_seq()});
  if (members_.size() + users.size() > limits::members_max)
    return refuse(errc::too_large, "too many members", "users");

  decision d;
  storage::event_record event;
  event.kind = event_kind::joined;
  event.users = {users.begin(), users.end()};
  auto at = append_event(std::move(event), by, d);
  for (auto& user : users)
    add_member(user, member_role::member, at, by, d);
  d.tell.back().added = {users.begin(), users.end()};
  return d;
}

decision conversation_state::decide(const asked& by, const remove_member& m) {
  auto me = authorize(by, method_id::conversation_remove);
  if (!me)
    return answer_with(me.error());
  auto i = members_.find(m.user);
  if (i == members_.end())
    return refuse(errc::not_found, "not a member of the conversation", "user");
  if (m.user == by.by.user)
    return refuse(errc::bad_params, "use conversation.leave", "user");
  if (i->second.role >= (*me)->role)
    return refuse(errc::forbidden, "only who stands higher may remove someone");

  decision d;
  storage::event_record event;
  event.kind = event_kind::left;
  event.users = {m.user};
  auto at = append_event(std::move(event), by, d);
  d.tell.back().removed = {m.user};
  drop_member(m.user, true, at, by, d);
  return d;
}

decision conversation_state::decide(const asked& by, const join&) {
  auto me = authorize(by, method_id::conversation_join);
  if (!me)
    return answer_with(me.error());
  if (*me)
    return answer_with(changed{log_.last_seq()});
  if (!head_.is_public) {
    auto as = relation_of_outsider(by.by.user);
    return answer_with(
      as && *as == relation::stranger
        ? no_such_conversation()
        : error{errc::forbidden, "the conversation is not public"});
  }
  if (members_.size() >= limits::members_max)
    return refuse(errc::too_large, "too many members");

  decision d;
  storage::event_record event;
  event.kind = event_kind::joined;
  event.users = {by.by.user};
  auto at = append_event(std::move(event), by, d);
  // An ownerless group, which everybody had left, belongs to who comes next.
  add_member(by.by.user,
             members_.empty() ? member_role::owner : member_role::member, at,
             by, d);
  d.tell.back().added = {by.by.user};
  return d;
}

decision conversation_state::decide(const asked& by, const leave&) {
  auto me = authorize(by, method_id::conversation_leave);
  if (!me)
    return answer_with(me.error());

  decision d;
  auto was_owner = (*me)->role == member_role::owner;
  storage::event_record event;
  event.kind = event_kind::left;
  event.users = {by.by.user};
  auto at = append_event(std::move(event), by, d);
  d.tell.back().removed = {by.by.user};
  drop_member(by.by.user, false, at, by, d);
  if (was_owner)
    pass_ownership(by, d);
  d.answer = changed{at};
  return d;
}

void conversation_state::pass_ownership(const asked& by, decision& d) {
  // An admin before a member, who has been there longest among those.
  auto heir
    = std::min_element(members_.begin(), members_.end(), [](auto& a, auto& b) {
        if (a.second.role != b.second.role)
          return a.second.role > b.second.role;
        return a.second.joined_at < b.second.joined_at;
      });
  if (heir == members_.end())
    return;
  heir->second.role = member_role::owner;
  storage::event_record event;
  event.kind = event_kind::role;
  event.role = member_role::owner;
  event.users = {heir->first};
  append_event(std::move(event), by, d);
  put_member(heir->first, heir->second, d);
}

decision conversation_state::decide(const asked& by, const set_role& m) {
  if (auto me = authorize(by, method_id::conversation_set_role); !me)
    return answer_with(me.error());
  auto i = members_.find(m.user);
  if (i == members_.end())
    return refuse(errc::not_found, "not a member of the conversation", "user");
  if (m.user == by.by.user)
    return refuse(errc::forbidden, "the owner's role can't be changed");
  if (i->second.role == m.role)
    return answer_with(changed{log_.last_seq()});

  decision d;
  storage::event_record event;
  event.kind = event_kind::role;
  event.role = m.role;
  event.users = {m.user};
  append_event(std::move(event), by, d);
  i->second.role = m.role;
  put_member(m.user, i->second, d);
  return d;
}

decision conversation_state::decide(const asked& by, const mute& m) {
  auto me = authorize(by, method_id::conversation_mute);
  if (!me)
    return answer_with(me.error());
  if ((*me)->muted_until == m.until)
    return answer_with(done{});
  decision d;
  (*me)->muted_until = m.until;
  put_member(by.by.user, **me, d);
  settings_notice told;
  told.user = by.by.user;
  told.except = by.by.session;
  told.what.what = settings_change::subject::mute;
  told.what.conversation = id_;
  told.what.muted_until = m.until;
  d.settings.push_back(std::move(told));
  return d;
}

decision conversation_state::decide(const asked&, const block_changed& m) {
  auto is_member = members_.contains(m.by);
  // An older node does not say who the other is. It asks again, and may be a
  // newer one by then.
  if (m.other.empty() && !is_member)
    return refuse(errc::unavailable, "the notice does not name both users");
  if (!m.other.empty() && direct_conversation(m.by, m.other) != id_)
    return refuse(errc::bad_params, "not the conversation of these two");
  // Also before the two have ever talked: the row is there when they begin.
  auto changes
    = m.on ? blocking_.insert(m.by).second : blocking_.erase(m.by) > 0;
  if (!changes)
    return {};
  decision d;
  if (is_member)
    put_member(m.by, members_.at(m.by), d);
  else if (m.on)
    put_member(m.by, {}, d);
  else
    d.writes.erase(keys().member(m.by));
  return d;
}

} // namespace parley::actors
