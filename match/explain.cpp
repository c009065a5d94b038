#include "match/pool.hpp"

namespace parley::match {

std::optional<explanation> pool::explain(ticket_id id, timestamp_ms now) const {
  auto me = find(id);
  if (me == nullptr)
    return std::nullopt;
  explanation out;
  out.of = me->t;
  out.want = me->want;
  out.paused = me->paused;
  out.steps_taken = me->steps_taken;
  auto& steps = me->t.asked.steps;
  if (me->steps_taken < steps.size())
    out.widens_at = me->t.since + steps[me->steps_taken].after.count();
  for (auto& each : policy_.attributes)
    out.rejections.push_back({each.name});
  for_each([&](const waiting& other) {
    if (&other == me)
      return true;
    ++out.others;
    for (std::size_t i = 0; i < policy_.attributes.size(); ++i) {
      if (!accepts(me->want, other.t.asked.self, i))
        ++out.rejections[i].by_own;
      if (!accepts(other.want, me->t.asked.self, i))
        ++out.rejections[i].by_theirs;
    }
    out.avoided += me->t.avoids(other.t.user) || other.t.avoids(me->t.user);
    out.met += met_.until(me->t.user, other.t.user) > now;
    out.away += other.paused;
    return true;
  });
  return out;
}

} // namespace parley::match
