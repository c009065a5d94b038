#include "actors/outbox_rows.hpp"
#include "actors/queue_rows.hpp"
#include "actors/queue_state.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

// A queue as its last owner left it.
namespace parley::actors {

result<void> queue_state::load(timestamp_ms now) {
  now_ = now;
  auto head = storage::get_record<storage::queue_record>(db_, keys_.head());
  if (!head)
    return head.error();
  if (*head)
    head_ = **head;
  for (auto part : {&queue_state::load_tickets, &queue_state::load_met,
                    &queue_state::load_meetings, &queue_state::load_fences,
                    &queue_state::load_rows})
    if (auto read = (this->*part)(); !read)
      return read;
  metrics_.set(queue_);
  return {};
}

result<void> queue_state::load_tickets() {
  std::vector<match::ticket> all;
  auto seen = storage::scan_records<storage::ticket_record>(
    db_, keys_.tickets(), [&](auto key, auto row) {
      auto id = storage::seq_of(key);
      if (auto t = ticket_of(id, row, rules_.policy))
        all.push_back(std::move(*t));
      else
        lapsed_.emplace_back(id, row.user);
      return true;
    });
  if (!seen)
    return seen;
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) {
    return std::tie(a.since, a.id) < std::tie(b.since, b.id);
  });
  if (!all.empty())
    move_to(all.back().since);
  for (auto& t : all) {
    unasked_.push_back(t.user);
    queue_.restore(std::move(t), now_);
  }
  return {};
}

result<void> queue_state::load_meetings() {
  return storage::scan_records<storage::meeting_record>(
    db_, keys_.meetings(), [&](auto key, auto row) {
      conversation_id id{storage::name_of(key)};
      move_to(row.since);
      queue_.restore_met(row.first.user, row.second.user,
                         row.since + rules_.policy.met_for.count());
      for (const auto* t : {&row.first, &row.second})
        unasked_.push_back(t->user);
      queue_.restore(meeting_of(id, row, rules_.policy), now_);
      return true;
    });
}

result<void> queue_state::load_met() {
  auto met_for = rules_.policy.met_for.count();
  storage::key_range lately{keys_.records(now_ - met_for, now_).from,
                            keys_.records().to};
  return storage::scan_records<storage::session_record>(
    db_, lately, [&](auto, auto x) {
      queue_.restore_met(x.met.first.user, x.met.second.user,
                         x.met.since + met_for);
      return true;
    });
}

result<void> queue_state::load_fences() {
  std::vector<std::pair<timestamp_ms, user_id>> by_age;
  auto seen = storage::scan_records<storage::fence_record>(
    db_, keys_.fences(), [&](auto key, auto row) {
      user_id user{storage::name_of(key)};
      by_age.emplace_back(row.since, user);
      fences_.emplace(user, row);
      return true;
    });
  std::sort(by_age.begin(), by_age.end());
  for (auto& [since, user] : by_age)
    fences_by_age_.push_back(user);
  return seen;
}

result<void> queue_state::load_rows() {
  return actors::load_rows(outbox_, db_, keys_);
}

} // namespace parley::actors
