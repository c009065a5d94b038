#include "match/replay.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

using namespace std::chrono_literals;

constexpr timestamp_ms noon = 1'700'000'000'000;

raw_wishes woman_of(std::int64_t age) {
  return {.self = {says("gender", {"female"}), says("age", {age})}};
}

raw_wishes man_for_woman_of(std::int64_t least, std::int64_t most) {
  return {.self = {says("gender", {"male"})},
          .want = {says("gender", {"female"}), says("age", {least, most})}};
}

replay_report run(const policy& by, const std::vector<arrival>& all) {
  replay r{by};
  for (auto& each : all)
    r.take(each);
  return r.finish();
}

TEST(replay_test, says_what_became_of_everybody) {
  auto report = run(usual_policy(), {
                                      {noon, 1, man_for_woman_of(20, 30)},
                                      {noon + 2'000, 2, woman_of(25)},
                                      {noon + 3'000, 3, woman_of(25)},
                                      {noon + 3'000, 3, woman_of(25)},
                                      {noon + 4'000, 3, {}},
                                      {noon + 4'000, 4, man_for_woman_of(1, 2)},
                                      {noon + 5'000, 5, woman_of(40)},
                                    });
  EXPECT_EQ(report.came, 6u);
  EXPECT_EQ(report.matched, 2u);
  EXPECT_EQ(report.waits, (std::vector<milliseconds>{0ms, 2s}));
  EXPECT_EQ(report.refused, 2u) << "3 waited already; nobody is 1 or 2";
  EXPECT_NE(report.first_refusal.find("already waiting"), std::string::npos);
  EXPECT_EQ(report.cancelled, 1u);
  EXPECT_EQ(report.expired, 1u);
}

TEST(replay_test, another_policy_has_other_waits) {
  std::vector<arrival> all{{noon, 1, man_for_woman_of(20, 30)},
                           {noon + 1'000, 2, woman_of(33)}};
  auto strict = run(usual_policy(), all);
  EXPECT_EQ(strict.matched, 0u);
  EXPECT_EQ(strict.expired, 2u);
  auto by = usual_policy();
  by.widen = {parse_widening(by.attributes, "10s age +5").value()};
  auto wider = run(by, all);
  EXPECT_EQ(wider.matched, 2u);
  EXPECT_EQ(wider.wait(0.5), 9s);
  EXPECT_EQ(wider.wait(1), 10s) << "the step falls due at its own time";
}

TEST(replay_test, nobody_waited_where_nobody_came) {
  EXPECT_EQ(run(usual_policy(), {}).wait(0.9), 0ms);
}

} // namespace
} // namespace parley::match
