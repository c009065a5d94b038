#include "match/pool.hpp"
#include "tests/unit/match/naive_pool.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace parley::match {
namespace {

constexpr timestamp_ms noon = 1'700'000'000'000;
constexpr std::uint64_t arrivals_each = 300;

/// How many arrivals in all; PARLEY_MATCH_ARRIVALS says otherwise.
std::uint64_t arrivals() {
  auto asked = std::getenv("PARLEY_MATCH_ARRIVALS");
  return asked != nullptr ? std::strtoull(asked, nullptr, 10) : 60'000;
}

/// Users, wishes and what they do, all by chance.
class population {
public:
  explicit population(std::uint64_t seed) : random_(seed) {
    rules_.attributes = {parse_attribute("gender", "enum f m x").value(),
                         parse_attribute("language", "set de en fr it").value(),
                         parse_attribute("age", "number 18 37").value(),
                         parse_attribute("rating", "number 0 999").value()};
    rules_.attributes.resize(static_cast<std::size_t>(pick(0, 4)));
    rules_.met_for = milliseconds{pick(0, 3) * 20'000};
    rules_.same_age = milliseconds{pick(0, 2) * 300};
    rules_.give_up = milliseconds{pick(5'000, 60'000)};
    if (rules_.attributes.size() > 2 && chance(50))
      rules_.widen
        = {parse_widening(rules_.attributes, "2s age +3").value(),
           parse_widening(rules_.attributes, "4s language any").value()};
    pickiness_ = pick(20, 95);
    users_ = pick(20, 400);
    gap_ = pick(0, 300);
  }

  std::int64_t pick(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution{least, most}(random_);
  }

  bool chance(std::int64_t percent) {
    return pick(1, 100) <= percent;
  }

  std::int64_t gap() {
    return pick(0, gap_);
  }

  user_id someone() {
    return user_id{"user" + std::to_string(pick(1, users_))};
  }

  ticket make(ticket_id id, const user_id& user, timestamp_ms now) {
    raw_wishes said;
    for (auto& a : rules_.attributes) {
      if (chance(90))
        said.self.push_back(self(a));
      if (chance(pickiness_))
        said.want.push_back(want(a));
    }
    for (auto i = pick(0, 4); i > 0; --i)
      said.interests.push_back("topic " + std::to_string(pick(0, 9)));
    if (chance(40) && !said.want.empty())
      said.widen = {{pick(1, 4'000), {does_not_mind(said.want[0].name)}}};
    auto out = ticket_of(rules_, id, user.view(), now, said);
    for (auto i = pick(-3, 3); i > 0; --i)
      out.avoid.push_back(someone());
    std::sort(out.avoid.begin(), out.avoid.end());
    return out;
  }

  const policy& rules() const {
    return rules_;
  }

private:
  raw_value self(const attribute& a) {
    raw_value out{a.name, false, {}, {}};
    if (a.kind == attribute_kind::number)
      out.numbers = {pick(a.least, a.most)};
    else
      out.texts = values(a, a.kind == attribute_kind::set ? 2 : 1);
    return out;
  }

  raw_value want(const attribute& a) {
    raw_value out{a.name, false, {}, {}};
    if (a.kind != attribute_kind::number) {
      out.texts = values(a, 2);
      return out;
    }
    auto x = pick(a.least, a.most);
    auto y = pick(a.least, a.most);
    out.numbers = {std::min(x, y), std::max(x, y)};
    return out;
  }

  std::vector<std::string> values(const attribute& a, std::int64_t most) {
    std::vector<std::string> out;
    for (auto i = pick(1, most); i > 0; --i)
      out.push_back(a.values[static_cast<std::size_t>(
        pick(0, static_cast<std::int64_t>(a.values.size()) - 1))]);
    return out;
  }

  std::mt19937_64 random_;
  policy rules_;
  std::int64_t pickiness_ = 0;
  std::int64_t users_ = 0;
  std::int64_t gap_ = 0;
};

/// Drives the pool and the naive one side by side.
class pair_of_pools {
public:
  explicit pair_of_pools(std::uint64_t seed)
    : people_(seed), real_(people_.rules()), naive_(people_.rules()) {}

  void run(std::uint64_t count) {
    while (arrived_ < count && !testing::Test::HasFailure()) {
      now_ += people_.gap();
      advance();
      if (people_.chance(80))
        arrive();
      else
        disturb();
      ASSERT_EQ(naive_.broken, "");
      ASSERT_EQ(real_.size(), naive_.people().size());
    }
    nobody_waits_in_vain();
    now_ += people_.rules().give_up_max.count();
    advance();
    ASSERT_EQ(real_.size(), 0u) << "nobody waits longer than they said";
  }

private:
  using events = std::vector<naive_pool::event>;

  static void note(const std::optional<pairing>& p, events& out) {
    if (p)
      out.push_back({p->found.id, p->by.id});
  }

  void arrive() {
    auto user = people_.someone();
    if (real_.find(user) != nullptr)
      return;
    ++arrived_;
    auto t = people_.make(++last_id_, user, now_);
    events got;
    note(real_.arrive(t, now_).value(), got);
    ASSERT_EQ(got, naive_.arrive(t, now_));
  }

  /// One of those who wait leaves, goes away or comes back.
  void disturb() {
    auto& all = naive_.people();
    if (all.empty())
      return;
    auto at = static_cast<std::size_t>(
      people_.pick(0, static_cast<std::int64_t>(all.size()) - 1));
    auto user = all[at].t.user;
    events got;
    switch (people_.pick(0, 3)) {
      case 0:
        ASSERT_TRUE(real_.leave(user));
        naive_.remove(at);
        break;
      case 1:
        real_.pause(user);
        naive_.pause(at);
        break;
      default:
        note(real_.resume(user, now_), got);
        ASSERT_EQ(got, naive_.resume(at, now_));
    }
  }

  void advance() {
    events matched;
    while (auto due = real_.next_due()) {
      if (*due > now_)
        break;
      auto out = real_.advance(now_, 1);
      for (auto& p : out.matched)
        note(p, matched);
      for (auto& t : out.expired)
        matched.push_back({t.id, 0});
    }
    ASSERT_EQ(matched, naive_.advance(now_));
  }

  void nobody_waits_in_vain() {
    auto& all = naive_.people();
    for (auto& a : all)
      for (auto& b : all)
        ASSERT_TRUE(&a == &b || !naive_.suit(a, b, now_))
          << a.t.user.view() << " and " << b.t.user.view();
  }

  population people_;
  pool real_;
  naive_pool naive_;
  timestamp_ms now_ = noon;
  ticket_id last_id_ = 0;
  std::uint64_t arrived_ = 0;
};

TEST(pool_property_test, does_what_is_said_for_any_population) {
  for (std::uint64_t done = 0; done < arrivals(); done += arrivals_each) {
    auto seed = done / arrivals_each + 1;
    SCOPED_TRACE("seed " + std::to_string(seed));
    pair_of_pools{seed}.run(arrivals_each);
    if (HasFailure())
      return;
  }
}

} // namespace
} // namespace parley::match
