#include "actors/queue_metrics.hpp"

#include <string>

namespace parley::actors {

namespace {

const std::vector<double> wait_bounds{0.01, 0.1, 0.5, 1,   2,   5,   10,
                                      20,   60,  120, 300, 900, 3600};

metrics::labels with(metrics::labels of, const char* name, const char* value) {
  of[name] = value;
  return of;
}

prometheus::Counter& left(const metrics::labels& of, const char* why) {
  return metrics::counter("queue_tickets_left_total",
                          "Tickets whose users did not wait any longer.",
                          with(of, "why", why));
}

prometheus::Counter& matches_ended(const metrics::labels& of, const char* why) {
  return metrics::counter("queue_matches_ended_total", "Matches that ended.",
                          with(of, "why", why));
}

} // namespace

queue_metrics::queue_metrics(const queue_name& name)
  : of_{{"queue", name.str()}},
    waiting_(metrics::gauge("queue_waiting", "Tickets that wait.", of_)),
    meeting_(metrics::gauge("queue_matches", "Matches that go on.", of_)),
    matches_(metrics::counter("queue_matches_total", "Matches made.", of_)),
    expired_(metrics::counter("queue_tickets_expired_total",
                              "Tickets that waited in vain.", of_)),
    cancelled_(left(of_, "cancelled")),
    vanished_(left(of_, "disconnected")),
    waits_(metrics::histogram("queue_wait_seconds",
                              "How long those waited who were matched.",
                              wait_bounds, of_)) {
  for (auto why : {match::ending::left, match::ending::next,
                   match::ending::disconnected, match::ending::reported})
    matches_ended(of_, to_string(why));
}

queue_metrics::~queue_metrics() {
  waiting_.Set(0);
  meeting_.Set(0);
}

void queue_metrics::count(const match::changes& c) {
  for (const auto& each : c.gone)
    count(each);
  for (const auto& m : c.begun) {
    constexpr double ms = 1'000;
    matches_.Increment();
    for (const auto* t : {&m.first, &m.second})
      waits_.Observe(static_cast<double>(m.since - t->since) / ms);
  }
  for (const auto& each : c.over)
    matches_ended(of_, to_string(each.why)).Increment();
}

void queue_metrics::count(const match::changes::removed& gone) {
  switch (gone.why) {
    case match::removal::matched: return;
    case match::removal::cancelled: return cancelled_.Increment();
    case match::removal::expired: return expired_.Increment();
    case match::removal::disconnected: return vanished_.Increment();
  }
}

void queue_metrics::set(const match::queue& now) {
  waiting_.Set(static_cast<double>(now.waiting().size()));
  meeting_.Set(static_cast<double>(now.meetings().size()));
}

} // namespace parley::actors
