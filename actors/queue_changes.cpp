#include "actors/outbox_rows.hpp"
#include "actors/queue_rows.hpp"
#include "actors/queue_state.hpp"

#include <algorithm>
#include <utility>

// What has changed in a queue, as rows and as what others are told.
namespace parley::actors {

namespace {

constexpr std::size_t swept_at_once = 200;

} // namespace

void queue_state::put_head(decision& d) const {
  d.writes.put(keys_.head(), storage::encode(head_));
}

void queue_state::add_row(storage::outbox_record row, decision& d) {
  actors::add_row(outbox_, keys_, std::move(row), d);
}

void queue_state::record(const match::changes& c, const asked& by,
                         decision& d) {
  for (const auto& each : c.over)
    record(each, by, d);
  for (const auto& each : c.gone)
    record(each, d);
  for (const auto& t : c.waiting)
    d.writes.put(keys_.ticket(t.id), storage::encode(row_of(t)));
  for (const auto& m : c.begun) {
    auto row = row_of(m);
    d.writes.put(keys_.meeting(m.id), storage::encode(row));
    storage::session_record about;
    about.met = std::move(row);
    add_row(step_row(match_step::open, m.id, about), d);
  }
  if (c.empty())
    return;
  metrics_.count(c);
  metrics_.set(queue_);
}

void queue_state::record(const match::changes::ended& over, const asked& by,
                         decision& d) {
  storage::session_record x;
  x.met = row_of(over.m);
  x.met.first.avoid.clear();
  x.met.second.avoid.clear();
  x.ended = now_;
  x.how = static_cast<std::uint8_t>(over.why);
  x.by = over.by;
  x.reported = over.why == match::ending::reported;
  d.writes.erase(keys_.meeting(over.m.id));
  auto key = keys_.record(over.m.since, over.m.id);
  uncommitted_.put(key, storage::encode(x), by.ticket);
  d.writes.put(std::move(key), storage::encode(x));
  add_row(step_row(match_step::close, over.m.id, x), d);
  auto due = now_ + rules_.policy.keep_for.count();
  d.writes.put(keys_.erasure(due, over.m.id), {});
  erasures_to_come_.emplace_back(by.ticket, due);
}

void queue_state::record(const match::changes::removed& gone, decision& d) {
  d.writes.erase(keys_.ticket(gone.t.id));
  if (gone.why != match::removal::expired
      && gone.why != match::removal::disconnected)
    return;
  storage::outbox_record row;
  row.kind = storage::outbox_kind::ticket_over;
  row.to = gone.t.user.str();
  row.version = gone.t.id;
  add_row(std::move(row), d);
}

void queue_state::put_again(const user_id& user, decision& d) const {
  if (const auto* w = queue_.waiting().find(user))
    d.writes.put(keys_.ticket(w->t.id), storage::encode(row_of(w->t)));
  if (const auto* met = queue_.meeting_of(user))
    d.writes.put(keys_.meeting(met->id), storage::encode(row_of(*met)));
}

void queue_state::mark_reported(const conversation_id& id, const asked& by,
                                decision& d) {
  auto began = time_of_match(id);
  if (!began)
    return;
  auto key = keys_.record(*began, id);
  std::optional<std::string> bytes;
  if (const auto* decided = uncommitted_.find(key))
    bytes = *decided;
  else if (auto found = db_.get(key))
    bytes = std::move(*found);
  if (!bytes)
    return;
  auto x = storage::decode<storage::session_record>(*bytes);
  if (!x || x->reported)
    return;
  x->reported = true;
  uncommitted_.put(key, storage::encode(*x), by.ticket);
  d.writes.put(std::move(key), storage::encode(*x));
}

void queue_state::give_up_lapsed(decision& d) {
  for (auto& [id, user] : std::exchange(lapsed_, {})) {
    match::changes::removed gone;
    gone.t.id = id;
    gone.t.user = user;
    gone.why = match::removal::expired;
    record(gone, d);
  }
}

// -- what becomes old -----------------------------------------------------

void queue_state::committed(std::uint64_t upto) {
  committed_ = upto;
  uncommitted_.committed(upto);
  for (; !erasures_to_come_.empty() && erasures_to_come_.front().first <= upto;
       erasures_to_come_.pop_front())
    sweep_at(erasures_to_come_.front().second);
}

void queue_state::sweep(const asked& by, decision& d) {
  if (!next_sweep_ || *next_sweep_ > now_ || sweep_ticket_ > committed_)
    return;
  next_sweep_.reset();
  auto before = d.writes.bytes();
  erase_old(keys_.erasures(), {}, match_step::erase, d);
  erase_old(keys_.records(), rules_.policy.record_for, match_step::forget, d);
  if (d.writes.bytes() != before)
    sweep_ticket_ = by.ticket;
}

void queue_state::sweep_at(timestamp_ms due) {
  next_sweep_ = next_sweep_ ? std::min(*next_sweep_, due) : due;
}

void queue_state::erase_old(const storage::key_range& rows,
                            std::chrono::milliseconds kept_for, match_step step,
                            decision& d) {
  std::size_t count = 0;
  // What can't be read now is tried again with the next that is due.
  (void)db_.scan(rows, [&](auto key, auto) {
    auto what = storage::timed_name_of(key);
    if (!what)
      return true;
    auto due = what->at + kept_for.count();
    if (due > now_ || count == swept_at_once) {
      sweep_at(std::max(due, now_));
      return false;
    }
    ++count;
    add_row(step_row(step, conversation_id{what->name}, {}), d);
    d.writes.erase(std::string{key});
    return true;
  });
}

} // namespace parley::actors
