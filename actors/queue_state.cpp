#include "actors/queue_state.hpp"

#include "actors/queue_rows.hpp"

#include <algorithm>
#include <utility>

// What users ask of a queue, themselves or by their entities.
namespace parley::actors {

namespace {

constexpr std::size_t events_at_once = 500;
constexpr std::uint32_t retry_after_ms = 5'000;
/// Longer than any command is under way.
constexpr timestamp_ms fence_ms = 10 * 60 * 1000;

const std::string& said_by(const user_id& user, const match::meeting& m) {
  return m.first.user == user ? m.first.said : m.second.said;
}

} // namespace

queue_state::queue_state(const storage::store& db, storage::shard_id shard,
                         const queue_name& name, queue_rules rules,
                         match::queue::make_id fresh)
  : db_(db),
    keys_(shard, name),
    name_(name),
    rules_(std::move(rules)),
    queue_(rules_.policy, std::move(fresh)),
    metrics_(name) {}

timestamp_ms queue_state::move_to(timestamp_ms now) {
  now_ = std::max(now_, now);
  return now_;
}

error queue_state::is_draining() const {
  return {
    errc::unavailable, "the queue takes nobody new now", {}, retry_after_ms};
}

reply queue_state::answer_for(match::ticket_id id) {
  enqueued out;
  out.ticket = id;
  out.waiting = queue_.waiting().size();
  auto& waits = queue_.waits();
  if (waits.count(now_) > 0) {
    constexpr double half = 0.5;
    constexpr double most = 0.9;
    out.wait_p50_ms = waits.quantile(half, now_).count();
    out.wait_p90_ms = waits.quantile(most, now_).count();
  }
  return out;
}

decision queue_state::decide(const asked& by, const enqueue& m) {
  auto now = move_to(by.now);
  if (is_fenced(by.by.user, m.claim))
    return refuse(errc::conflict, "you have gone to another queue");
  if (!rules_.declared)
    return refuse(errc::not_found, "no such queue", "queue");
  if (head_.draining)
    return answer_with(is_draining());
  auto wishes = match::check(rules_.policy, m.said);
  if (!wishes)
    return answer_with(wishes.error());
  match::ticket t;
  t.id = head_.last_ticket + 1;
  t.user = by.by.user;
  t.asked = std::move(*wishes);
  t.avoid = m.avoid;
  t.since = now;
  t.said = encode(said_words{m.display_name, m.said});
  auto said = t.said;
  auto done = queue_.enqueue(std::move(t), now);
  if (!done)
    return answer_with(done.error());
  arrival_ = {by.by.user, std::move(said)};
  decision d;
  ++head_.last_ticket;
  put_head(d);
  record(*done, by, d);
  d.answer = answer_for(head_.last_ticket);
  return d;
}

decision queue_state::decide(const asked& by, const cancel_ticket&) {
  move_to(by.now);
  decision d;
  auto done = queue_.cancel(by.by.user);
  if (!done.empty())
    arrival_ = {by.by.user, {}};
  record(done, by, d);
  return d;
}

// Two calls that mean the same match must not end the one after it.
result<void> queue_state::is_meant(const user_id& user,
                                   const conversation_id& match) const {
  if (match.empty())
    return {};
  const auto* met = queue_.meeting_of(user);
  if (met != nullptr && met->id == match)
    return {};
  return error{errc::conflict, "that match is over", "conversation"};
}

decision queue_state::decide(const asked& by, const end_match& m) {
  move_to(by.now);
  if (auto meant = is_meant(by.by.user, m.conversation); !meant)
    return answer_with(meant.error());
  auto done = queue_.leave(by.by.user, match::ending::left);
  if (!done)
    return answer_with(done.error());
  decision d;
  record(*done, by, d);
  return d;
}

decision queue_state::decide(const asked& by, const next_match& m) {
  auto now = move_to(by.now);
  if (auto meant = is_meant(by.by.user, m.conversation); !meant)
    return answer_with(meant.error());
  auto stays_out = head_.draining || !rules_.declared;
  auto done = stays_out ? queue_.leave(by.by.user, match::ending::next)
                        : queue_.next(by.by.user, head_.last_ticket + 1, now);
  if (!done)
    return answer_with(done.error());
  decision d;
  record(*done, by, d);
  if (stays_out)
    d.answer = is_draining();
  else if (done->waiting.empty() && done->begun.empty())
    d.answer
      = error{errc::unavailable, "the queue is full", {}, retry_after_ms};
  else
    d.answer = answer_for(++head_.last_ticket);
  if (d.answer)
    arrival_ = {by.by.user, said_by(by.by.user, done->over.front().m)};
  put_head(d);
  return d;
}

decision queue_state::decide(const asked& by, const note_presence& m) {
  auto now = move_to(by.now);
  const auto& user = by.by.user;
  decision d;
  if (!m.here) {
    queue_.away(user, now);
    return d;
  }
  record(queue_.back(user, now), by, d);
  const auto* met = queue_.meeting_of(user);
  if (met == nullptr || m.session == 0)
    return d;
  // While they are in a match, nothing but its opening is under way to it.
  if (!outbox_.left_for(storage::outbox_kind::match_step, met->id.view())
         .empty()) {
    early_[user] = {met->id, m.session};
    return d;
  }
  // Its session may know nothing of the match, or of one that was found just
  // when nobody could be told.
  d.pass_on.push_back(
    {cluster::key_of(user),
     {},
     user_command{
       tell_session{m.session, found_for(user, met->id, row_of(*met)).what}},
     false});
  return d;
}

session_id queue_state::take_early(const user_id& user,
                                   const conversation_id& match) {
  auto found = early_.find(user);
  if (found == early_.end() || found->second.first != match)
    return 0;
  auto session = found->second.second;
  early_.erase(found);
  const auto* met = queue_.meeting_of(user);
  return met != nullptr && met->id == match ? session : 0;
}

decision queue_state::decide(const asked& by, const vacate& m) {
  move_to(by.now);
  const auto& user = by.by.user;
  if (const auto* w = queue_.waiting().find(user))
    return refuse(errc::conflict, "already waiting in the queue " + name_.str()
                                    + ", with ticket "
                                    + std::to_string(w->t.id));
  if (const auto* met = queue_.meeting_of(user))
    return refuse(errc::conflict, "already in the match " + met->id.str());
  decision d;
  drop_old_fences(d);
  auto [at, is_new] = fences_.try_emplace(user);
  if (is_new)
    fences_by_age_.push_back(user);
  at->second = {std::max(at->second.claim, m.claim), now_};
  d.writes.put(keys_.fence(user), storage::encode(at->second));
  return d;
}

bool queue_state::is_fenced(const user_id& user, std::uint64_t claim) const {
  auto found = fences_.find(user);
  return found != fences_.end() && claim <= found->second.claim;
}

void queue_state::drop_old_fences(decision& d) {
  while (!fences_by_age_.empty()) {
    auto oldest = fences_.find(fences_by_age_.front());
    if (oldest->second.since + fence_ms > now_)
      return;
    d.writes.erase(keys_.fence(oldest->first));
    fences_.erase(oldest);
    fences_by_age_.pop_front();
  }
}

decision queue_state::decide(const asked& by, const expel& m) {
  move_to(by.now);
  decision d;
  record(queue_.expel(m.user, match::ending::left), by, d);
  return d;
}

decision queue_state::decide(const asked& by, const note_shunned& m) {
  move_to(by.now);
  decision d;
  queue_.avoid(m.user, m.other);
  put_again(m.user, d);
  const auto* met = queue_.meeting_of(m.user);
  if (met && (met->first.user == m.other || met->second.user == m.other)) {
    auto why = m.reported ? match::ending::reported : match::ending::left;
    if (auto done = queue_.leave(m.user, why))
      record(*done, by, d);
  } else if (m.reported && !m.conversation.empty()) {
    mark_reported(m.conversation, by, d);
  }
  return d;
}

decision queue_state::decide(const asked& by, const drain_queue& m) {
  if (m.on && !rules_.declared)
    return refuse(errc::not_found, "no such queue", "queue");
  move_to(by.now);
  decision d;
  head_.draining = m.on;
  put_head(d);
  return d;
}

decision queue_state::advance(const asked& by) {
  auto now = move_to(by.now);
  decision d;
  give_up_lapsed(d);
  record(queue_.advance(now, events_at_once), by, d);
  sweep(by, d);
  return d;
}

std::optional<timestamp_ms> queue_state::next_due() {
  auto due = queue_.next_due();
  if (!lapsed_.empty())
    due = now_;
  // While one sweep is under way the next would find the same rows.
  if (!next_sweep_ || sweep_ticket_ > committed_)
    return due;
  return due ? std::min(*due, *next_sweep_) : *next_sweep_;
}

std::vector<user_id> queue_state::take_unasked(std::size_t most) {
  std::vector<user_id> out;
  for (; !unasked_.empty() && out.size() < most; unasked_.pop_front())
    out.push_back(unasked_.front());
  return out;
}

} // namespace parley::actors
