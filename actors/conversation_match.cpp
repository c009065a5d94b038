#include "actors/conversation_state.hpp"
#include "base/limits.hpp"

#include <utility>

// The conversation of two strangers: opened, closed and erased by the queue
// that matched them, each step perhaps more than once.
namespace parley::actors {

namespace {

constexpr std::size_t erased_at_once = 2'000;
constexpr std::uint32_t go_on_after_ms = 100;

asked in_the_name_of(const user_id& user, const asked& by) {
  auto out = by;
  out.by = caller{user};
  return out;
}

} // namespace

decision conversation_state::decide(const asked& by, const open_match& m) {
  if (exists_)
    return {};
  decision d;
  auto first = in_the_name_of(m.first, by);
  exists_ = true;
  head_.created_at = by.now;
  head_.created_by = m.first;
  put_head(d);
  storage::event_record event;
  event.kind = storage::event_kind::created;
  event.users = {m.first, m.second};
  auto at = append_event(std::move(event), first, d);
  for (const auto& user : {m.first, m.second})
    add_member(user, storage::member_role::member, at, by, d);
  d.tell.back().added = {m.first, m.second};
  d.answer = done{};
  return d;
}

decision conversation_state::decide(const asked& by, const close_match& m) {
  if (members_.empty())
    return {};
  decision d;
  std::vector<user_id> users;
  for (const auto& [user, row] : members_)
    users.push_back(user);
  storage::event_record event;
  event.kind = storage::event_kind::left;
  event.users = users;
  auto at
    = append_event(std::move(event),
                   in_the_name_of(m.by.empty() ? users.front() : m.by, by), d);
  d.tell.back().removed = users;
  for (const auto& user : users)
    drop_member(user, false, at, by, d);
  d.answer = done{};
  return d;
}

// The head stays, so that an open_match that comes late opens nothing.
decision conversation_state::decide(const asked&, const erase_match& m) {
  if (!exists_)
    return {};
  decision d;
  auto head = keys().head();
  std::size_t count = 0;
  auto seen = db_.scan(keys().all(), [&](auto key, auto) {
    if (key == head)
      return true;
    d.writes.erase(std::string{key});
    return ++count < erased_at_once;
  });
  if (!seen)
    return answer_with(seen.error());
  log_.forget_last_message();
  if (count == erased_at_once) {
    d.answer
      = error{errc::unavailable, "there is more to erase", {}, go_on_after_ms};
    return d;
  }
  members_.clear();
  if (m.for_good) {
    d.writes.erase(std::move(head));
    exists_ = false;
    return d;
  }
  head_.checkpoint = log_.last_seq();
  head_.messages = log_.messages();
  put_head(d);
  return d;
}

} // namespace parley::actors
