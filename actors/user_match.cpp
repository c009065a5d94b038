#include "actors/queue_rows.hpp"
#include "actors/user_entity.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <utility>

// A user who wants to meet somebody: at most in one queue at a time.
namespace parley::actors {

namespace {

// Later than that, no notice of a match that was left is under way.
constexpr std::size_t left_matches_max = 16;

bool is_match(const conversation_id& id) {
  return kind_of(id) == conversation_kind::match;
}

} // namespace

result<void> user_state::load_place() {
  auto place = storage::get_record<storage::place_record>(db_, keys_.place());
  if (!place)
    return place.error();
  if (*place)
    place_ = **place;
  return db_.scan(keys_.all_reported(), [&](auto key, auto) {
    reported_.emplace(storage::name_of(key));
    return true;
  });
}

std::vector<user_id> user_state::avoided() const {
  std::vector<user_id> users{reported_.begin(), reported_.end()};
  auto reported = static_cast<std::ptrdiff_t>(users.size());
  for (const auto& [user, relation] : relations_)
    if (relation.blocks && !reported_.contains(user))
      users.push_back(user);
  std::inplace_merge(users.begin(), users.begin() + reported, users.end());
  return users;
}

decision user_state::decide(const asked& by, const seek_match& m) {
  if (!exists_)
    return refuse(errc::not_found, "no such user");
  if (is_banned(by.now))
    return refuse(errc::forbidden, "banned");
  decision d;
  if (place_.queue != m.queue) {
    place_ = {m.queue, place_.claim + 1};
    d.writes.put(keys_.place(), storage::encode(place_));
  }
  d.pass_on.push_back(
    {cluster::key_of(m.queue), by.by,
     enqueue{place_.claim, user_.display_name, m.said, avoided()}, true});
  return d;
}

decision user_state::decide(const asked& by, const quit_match& m) {
  if (place_.queue.empty() && m.how == quitting::cancel)
    return {};
  if (place_.queue.empty())
    return refuse(errc::not_found, "not in a match");
  queue_command what = cancel_ticket{};
  if (m.how == quitting::leave)
    what = end_match{m.conversation};
  else if (m.how == quitting::next)
    what = next_match{m.conversation};
  decision d;
  d.pass_on.push_back(
    {cluster::key_of(place_.queue), by.by, std::move(what), true});
  return d;
}

decision user_state::decide(const asked&, const ticket_over&) {
  decision d;
  match_notice told;
  told.user = id_;
  told.what.what = match_event::state::expired;
  d.notices.push_back(std::move(told));
  return d;
}

decision user_state::decide(const asked&, const tell_session& m) {
  decision d;
  d.notices.push_back({id_, m.session, m.what});
  return d;
}

void user_state::shun(const user_id& other, const conversation_id& where,
                      decision& d) {
  if (reported_.size() < limits::reported_max && reported_.insert(other).second)
    d.writes.put(keys_.reported(other), {});
  avoid_in_queue(other, true, is_match(where) ? where : conversation_id{}, d);
}

void user_state::avoid_in_queue(const user_id& other, bool reported,
                                const conversation_id& where, decision& d) {
  if (!place_.queue.empty())
    add_row(shun_row(place_.queue, other, reported, where), d);
}

void user_state::leave_queue(decision& d) {
  if (place_.queue.empty())
    return;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::expel;
  row.to = place_.queue.str();
  add_row(std::move(row), d);
}

// A row is kept after leaving, so that an older notice is known to be old; but
// somebody may have thousands of matches. Their ids are in the order of time.
void user_state::drop_left_matches(decision& d) {
  std::vector<conversation_id> left;
  for (auto& [id, row] : memberships_)
    if (is_match(id) && !row.joined)
      left.push_back(id);
  if (left.size() <= left_matches_max)
    return;
  left.resize(left.size() - left_matches_max);
  for (auto& id : left) {
    memberships_.erase(id);
    d.writes.erase(keys_.membership(id));
  }
}

// -- the entity -----------------------------------------------------------

void user_entity::tell_queue(session_id session) {
  if (!state_ || state_->place().queue.empty())
    return;
  dispatch(cluster::key_of(state_->place().queue), caller{id_},
           std::monostate{},
           queue_command{note_presence{!sessions_.empty(), session}});
}

void user_entity::carry_out(const user_request& r, const actors::attach& m) {
  settle(state_->decide(asked{r.from, now(), next_ticket()}, m), r.reply_to);
  if (!sessions_.contains(m.session))
    return;
  tell_queue(m.session);
  look_for_expiry();
}

void user_entity::carry_out(const user_request&, const report_place& m) {
  if (state_->place().queue == m.queue)
    tell_queue(0);
}

// The queue may not have been told that a user is gone, whose node died
// together with the user's owner.
void user_entity::carry_out(const user_request& r,
                            const membership_changed& m) {
  settle(state_->decide(asked{r.from, now(), next_ticket()}, m), r.reply_to);
  if (m.joined && is_match(m.conversation) && sessions_.empty())
    tell_queue(0);
}

} // namespace parley::actors
