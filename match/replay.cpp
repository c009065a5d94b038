#include "match/replay.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace parley::match {

namespace {

constexpr std::size_t events_at_once = 1'000;

user_id name_of(std::uint64_t who) {
  return user_id{"u" + std::to_string(who)};
}

} // namespace

milliseconds replay_report::wait(double part) const {
  if (waits.empty())
    return milliseconds{0};
  auto rank = std::ceil(part * static_cast<double>(waits.size()));
  auto at = std::max<std::size_t>(1, static_cast<std::size_t>(rank));
  return waits[std::min(at, waits.size()) - 1];
}

void replay::take(const arrival& next) {
  run_until(next.at);
  if (!next.said) {
    report_.cancelled += pool_.leave(name_of(next.who)).has_value();
    return;
  }
  ++report_.came;
  auto asked = check(pool_.rules(), *next.said);
  if (!asked)
    return refuse(asked.error());
  ticket t;
  t.id = ++last_id_;
  t.user = name_of(next.who);
  t.asked = std::move(*asked);
  t.since = next.at;
  auto paired = pool_.arrive(std::move(t), next.at);
  if (!paired)
    refuse(paired.error());
  else if (*paired)
    note(**paired, next.at);
}

replay_report replay::finish() {
  run_until(std::numeric_limits<timestamp_ms>::max());
  std::sort(report_.waits.begin(), report_.waits.end());
  return std::move(report_);
}

void replay::run_until(timestamp_ms time) {
  // Each event at its own time: a step that is due earlier finds who waited.
  for (auto due = pool_.next_due(); due && *due <= time;
       due = pool_.next_due()) {
    auto happened = pool_.advance(*due, events_at_once);
    report_.expired += happened.expired.size();
    for (auto& p : happened.matched)
      note(p, *due);
  }
}

void replay::refuse(const error& why) {
  if (report_.refused++ == 0)
    report_.first_refusal
      = why.field.empty() ? why.detail : why.field + " " + why.detail;
}

void replay::note(const pairing& p, timestamp_ms at) {
  report_.matched += 2;
  for (auto t : {&p.found, &p.by})
    report_.waits.push_back(milliseconds{at - t->since});
}

} // namespace parley::match
