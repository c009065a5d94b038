#include "bench/load/match_load.hpp"

#include "bench/load/clock_us.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::bench {

namespace {

constexpr std::array genders{"female", "male"};

} // namespace

match_load::match_load(site& where, std::span<const circle> circles,
                       std::span<const person> everybody)
  : chat_load(where, circles, everybody), seekers_(sessions_.size()) {}

match_load::seeker& match_load::of(const session& who) {
  return seekers_[who.index() - sessions_.front()->index()];
}

std::string match_load::wishes() {
  auto draw = [&](int upto) {
    return std::uniform_int_distribution<int>{0, upto - 1}(random_);
  };
  std::string want;
  if (draw(2) == 0)
    want = fmt::format(R"("gender":["{}"],"age":[18,50])",
                       genders[static_cast<std::size_t>(draw(genders.size()))]);
  return fmt::format(
    R"({{"self":{{"gender":"{}","age":{}}},"want":{{{}}},"interests":["i{}"]}})",
    genders[static_cast<std::size_t>(draw(genders.size()))], 18 + draw(40),
    want, draw(10));
}

// Who waits or has met somebody lets the turn pass.
void match_load::act(session& who, std::int64_t intended_us) {
  auto& one = of(who);
  if (!who.is_here() || one.since_us != 0)
    return;
  one.since_us = intended_us;
  site_.counted.add(count::sent);
  who.call(call_kind::enqueue, "match.enqueue", wishes());
}

void match_load::on_answer(session& who, call_kind kind, const heard& what) {
  auto& one = of(who);
  if (kind == call_kind::enqueue) {
    site_.counted.add(count::acknowledged);
    if (what.error_code != 0)
      one.since_us = 0;
    else if (site_.shared.counts_since(one.since_us))
      site_.counted.acknowledged.record(static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, now_us() - one.since_us)));
  }
  chat_load::on_answer(who, kind, what);
}

void match_load::on_match(session& who, const heard& what) {
  auto& one = of(who);
  if (what.state == "found")
    return found(who, what);
  if (what.state == "expired" || what.conversation == one.conversation)
    one = {};
}

void match_load::found(session& who, const heard& what) {
  auto& one = of(who);
  if (one.conversation == what.conversation)
    return;
  // In two matches, or in one that it did not come for.
  if (one.since_us == 0 || !one.conversation.empty())
    site_.counted.add(count::wrong);
  one.conversation = what.conversation;
  site_.counted.add(count::delivered);
  auto known = halves_.find(what.conversation);
  if (known == halves_.end()) {
    halves_[what.conversation] = {&who, what.text_id};
    return;
  }
  complete(known->second, who, what);
  halves_.erase(known);
}

void match_load::complete(const half& first, session& second,
                          const heard& what) {
  if (first.partner != second.who().handle
      || what.text_id != first.who->who().handle)
    site_.counted.add(count::wrong);
  auto later = std::max(of(*first.who).since_us, of(second).since_us);
  if (site_.shared.counts_since(later))
    site_.counted.delivered.record(
      static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_us() - later)));
  of(second) = {};
  second.call(call_kind::other, "match.leave", "{}");
}

void match_load::on_phase(phase next) {
  if (next == phase::verify)
    site_.counted.add(count::lost, halves_.size());
  chat_load::on_phase(next);
}

bool match_load::is_done(phase what) const {
  const auto& counted = site_.counted;
  if (what == phase::drain)
    return halves_.empty()
           && counted.value(count::acknowledged) == counted.value(count::sent);
  return chat_load::is_done(what);
}

} // namespace parley::bench
