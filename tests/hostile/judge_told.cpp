#include "tests/hostile/judge.hpp"

#include <fmt/format.h>

// Whether each session was told everything, in order and once.
namespace parley::hostile {

void judge::opened(session_client& session) {
  session.opened_round = round_ + 1;
  session.told_of_log.clear();
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i) {
    const auto& place = seen_.conversations()[i];
    if (place.rank_of(session.user()) == rank::none)
      continue;
    session.told_of_log[i].from = place.log.size() + 1;
  }
}

void judge::mark_seen(client& from, std::uint32_t place, std::uint64_t seq,
                      bool is_event) {
  if (!from.is_session() || seq == 0)
    return;
  auto& session = static_cast<session_client&>(from);
  auto [found, is_new] = session.told_of_log.try_emplace(place);
  auto& told = found->second;
  if (is_new)
    told.from = seq;
  if (is_event && seq <= told.last_event && !nodes_die)
    found_.add("an event out of order or twice", last_call_,
               fmt::format("{} of {} after {} to user {}", seq,
                           seen_.conversations()[place].id, told.last_event,
                           session.user()));
  if (is_event)
    told.last_event = std::max(told.last_event, seq);
  if (seq < told.from)
    return;
  if (told.seen.size() <= seq - told.from)
    told.seen.resize(seq - told.from + 1);
  told.seen[seq - told.from] = true;
}

std::string judge::missing(session_client& session,
                           std::uint64_t known_upto_round) {
  if (session.opened_round == 0 || session.opened_round > known_upto_round)
    return {};
  for (auto& [place, told] : session.told_of_log) {
    const auto& there = seen_.conversations()[place];
    auto stays = there.stays.find(session.user());
    if (!told.is_judged || there.kind == 'm' || stays == there.stays.end()
        || told.from == 0)
      continue;
    const auto& last = stays->second.back();
    auto upto = last.upto == 0 ? there.known_upto : last.upto;
    for (auto seq = std::max(told.from, last.from); seq <= upto; ++seq) {
      auto at = seq - told.from;
      if (at >= told.seen.size() || !told.seen[at])
        return fmt::format(
          "user {} was not told of {} in {} (of {}, by {}, kind {}); last told "
          "of {}, from {}, a member from {}, opened in round {} of {}",
          session.user(), seq, there.id, upto, there.find(seq)->by,
          static_cast<int>(there.find(seq)->kind), told.last_event, told.from,
          last.from, session.opened_round, round_);
    }
    // What is complete need not be looked at again.
    if (upto >= told.from && last.upto == 0) {
      auto done = upto + 1 - told.from;
      if (told.seen.size() >= done)
        told.seen.erase(told.seen.begin(),
                        told.seen.begin() + static_cast<std::ptrdiff_t>(done));
      told.from = upto + 1;
    }
  }
  return {};
}

} // namespace parley::hostile
