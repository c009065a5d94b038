#include "actors/page_weight.hpp"
#include "actors/queue_rows.hpp"
#include "actors/queue_state.hpp"
#include "base/limits.hpp"
#include "storage/scan_records.hpp"

#include <algorithm>
#include <string>
#include <utility>

// What operators see of a queue.
namespace parley::actors {

namespace {

using storage::session_record;

std::string yes_or_no(bool x) {
  return x ? "yes" : "no";
}

std::string words_of(const storage::ticket_record& t) {
  auto words = decode_said(t.said);
  return words ? text_of(words->wishes) : std::string{};
}

} // namespace

decision queue_state::decide(const asked& by, const show_queue&) {
  auto now = move_to(by.now);
  auto& waits = queue_.waits();
  auto count = waits.count(now);
  timestamp_ms oldest = 0;
  queue_.waiting().for_each([&](const match::waiting& w) {
    oldest = w.t.since;
    return false;
  });
  inspection view;
  view.rows = {
    {"queue", name_.str()},
    {"waiting", std::to_string(queue_.waiting().size())},
    {"oldest_since", std::to_string(oldest)},
    {"matches", std::to_string(queue_.meetings().size())},
    {"draining", yes_or_no(head_.draining)},
    {"declared", yes_or_no(rules_.declared)},
    {"tickets_ever", std::to_string(head_.last_ticket)},
    {"matched_lately", std::to_string(count)},
  };
  if (count > 0)
    for (auto [name, part] :
         {std::pair{"wait_p50_ms", 0.5}, std::pair{"wait_p90_ms", 0.9}})
      view.rows.emplace_back(name,
                             std::to_string(waits.quantile(part, now).count()));
  return answer_with(std::move(view));
}

decision queue_state::decide(const asked& by, const explain_ticket& m) {
  auto now = move_to(by.now);
  auto why = queue_.waiting().explain(m.ticket, now);
  if (!why)
    return refuse(errc::not_found, "no such ticket waits in this queue",
                  "ticket");
  inspection view;
  auto add = [&](std::string name, auto value) {
    view.rows.emplace_back(std::move(name), std::to_string(value));
  };
  add("ticket", why->of.id);
  view.rows.emplace_back("user", why->of.user.str());
  view.rows.emplace_back("asked", words_of(row_of(why->of)));
  add("waited_ms", now - why->of.since);
  view.rows.emplace_back("away", yes_or_no(why->paused));
  add("others", why->others);
  for (const auto& each : why->rejections) {
    add(each.attribute + ".unwanted_by_it", each.by_own);
    add(each.attribute + ".not_wanting_it", each.by_theirs);
  }
  add("avoided", why->avoided);
  add("met_lately", why->met);
  add("others_away", why->away);
  add("steps_taken", why->steps_taken);
  if (why->widens_at)
    add("widens_at", *why->widens_at);
  add("gives_up_at", why->of.gives_up_at());
  return answer_with(std::move(view));
}

match_view queue_state::view_of(const conversation_id& id,
                                const session_record& x) const {
  return {id,
          x.met.first.user,
          x.met.second.user,
          words_of(x.met.first),
          words_of(x.met.second),
          x.met.shared,
          x.met.since,
          x.ended,
          x.ended == 0 ? 0u : x.how,
          x.by,
          x.reported};
}

// Those that go on are few, and in no order of time.
decision queue_state::decide(const asked&, const list_matches& m) {
  match_list out;
  for (const auto& [id, met] : queue_.meetings())
    if (met.since >= m.from && met.since < m.to) {
      session_record x;
      x.met = row_of(met);
      out.matches.push_back(view_of(id, x));
    }
  std::size_t count = 0;
  auto seen = storage::scan_records<session_record>(
    db_, keys_.records(m.from, m.to), [&](auto key, auto x) {
      if (auto place = storage::timed_name_of(key))
        out.matches.push_back(view_of(conversation_id{place->name}, x));
      return ++count <= m.limit;
    });
  if (!seen)
    return answer_with(seen.error());
  std::sort(out.matches.begin(), out.matches.end(),
            [](auto& a, auto& b) { return a.began < b.began; });
  page_budget room{limits::page_bytes_max};
  std::size_t shown = 0;
  while (shown < std::min<std::size_t>(out.matches.size(), m.limit)
         && room.take(weight(out.matches[shown])))
    ++shown;
  out.has_more = out.matches.size() > shown;
  out.matches.resize(shown);
  return answer_with(std::move(out));
}

} // namespace parley::actors
