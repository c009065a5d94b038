#include "match/wishes.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

using namespace std::chrono_literals;

wishes good(const raw_wishes& said, const policy& by = usual_policy()) {
  auto out = check(by, said);
  EXPECT_TRUE(out) << out.error().field << ": " << out.error().detail;
  return out ? *out : wishes{};
}

std::string faulty_field(const raw_wishes& said) {
  auto out = check(usual_policy(), said);
  return out ? "none" : out.error().field;
}

bool wants(const raw_wishes& a, const raw_wishes& b) {
  return accepts(good(a).want, good(b).self);
}

TEST(wishes_test, who_wishes_nothing_accepts_anybody) {
  EXPECT_TRUE(wants({}, {}));
  EXPECT_TRUE(wants({}, man_for_woman()));
  EXPECT_TRUE(wants({.want = {does_not_mind("gender")}}, {}));
}

TEST(wishes_test, who_wishes_accepts_nobody_who_does_not_say) {
  EXPECT_FALSE(wants(man_for_woman(), {}));
  EXPECT_FALSE(wants({.want = {says("age", {18, 99})}}, {}));
  EXPECT_TRUE(wants(man_for_woman(), woman_for_man()));
}

TEST(wishes_test, one_language_in_common_is_enough) {
  raw_wishes both{.self = {says("language", {"de", "en"})}};
  EXPECT_TRUE(wants({.want = {says("language", {"fr", "en"})}}, both));
  EXPECT_FALSE(wants({.want = {says("language", {"fr"})}}, both));
}

TEST(wishes_test, the_ends_of_a_range_belong_to_it) {
  raw_wishes range{.want = {says("age", {20, 30})}};
  for (auto [age, fits] :
       {std::pair{19, false}, {20, true}, {30, true}, {31, false}})
    EXPECT_EQ(wants(range, {.self = {says("age", {age})}}), fits) << age;
}

TEST(wishes_test, numbers_that_share_a_bit_are_told_apart) {
  policy by;
  by.attributes = {parse_attribute("rating", "number 0 100000").value()};
  auto range = good({.want = {says("rating", {500, 600})}}, by).want;
  auto of = [&](std::int64_t x) {
    return good({.self = {says("rating", {x})}}, by).self;
  };
  EXPECT_FALSE(accepts(range, of(499)));
  EXPECT_TRUE(accepts(range, of(500)));
  EXPECT_TRUE(accepts(range, of(600)));
  EXPECT_FALSE(accepts(range, of(601)));
}

TEST(wishes_test, a_range_is_cut_to_what_there_is) {
  auto x = good({.want = {says("age", {1, 200})}});
  EXPECT_EQ(x.want.least[0], 18);
  EXPECT_EQ(x.want.most[0], 99);
}

TEST(wishes_test, names_the_field_at_fault) {
  EXPECT_EQ(faulty_field({.self = {says("height", {180})}}), "self.height");
  EXPECT_EQ(faulty_field({.self = {says("gender", {"x"})}}), "self.gender");
  EXPECT_EQ(faulty_field({.self = {says("gender", {"male", "female"})}}),
            "self.gender");
  EXPECT_EQ(faulty_field({.self = {says("gender", {1})}}), "self.gender");
  EXPECT_EQ(faulty_field({.self = {says("age", {17})}}), "self.age");
  EXPECT_EQ(faulty_field({.self = {says("age", {20, 30})}}), "self.age");
  EXPECT_EQ(faulty_field({.self = {says("age", {20}), says("age", {21})}}),
            "self.age");
  EXPECT_EQ(faulty_field({.want = {says("gender", {"male", "x"})}}),
            "want.gender");
  EXPECT_EQ(faulty_field({.want = {raw_value{"gender", false, {}, {}}}}),
            "want.gender");
  EXPECT_EQ(faulty_field({.want = {says("age", {30, 20})}}), "want.age");
  EXPECT_EQ(faulty_field({.want = {says("age", {100, 120})}}), "want.age");
  EXPECT_EQ(faulty_field({.want = {says("age", {20})}}), "want.age");
  EXPECT_EQ(faulty_field({.interests = {"a", " # "}}), "interests[1]");
  EXPECT_EQ(faulty_field({.interests = {std::string(33, 'x')}}),
            "interests[0]");
  EXPECT_EQ(faulty_field({.interests = std::vector<std::string>(11, "x")}),
            "interests");
  EXPECT_EQ(faulty_field({.give_up_ms = 0}), "give_up_ms");
  EXPECT_EQ(faulty_field({.give_up_ms = 3'600'001}), "give_up_ms");
}

TEST(wishes_test, names_the_step_at_fault) {
  auto with = [](std::vector<raw_step> steps) {
    return raw_wishes{.want = {says("age", {20, 30})},
                      .widen = std::move(steps),
                      .give_up_ms = 60'000};
  };
  auto wider = [](std::int64_t after) {
    return raw_step{after, {says("age", {18, 40})}};
  };
  EXPECT_EQ(faulty_field(with({wider(1'000)})), "none");
  EXPECT_EQ(faulty_field(with({wider(0)})), "widen[0].after_ms");
  EXPECT_EQ(faulty_field(with({wider(60'000)})), "widen[0].after_ms");
  EXPECT_EQ(faulty_field(with({wider(1'000), wider(1'000)})),
            "widen[1].after_ms");
  EXPECT_EQ(faulty_field(with({{1'000, {says("age", {21, 40})}}})),
            "widen[0].want.age");
  EXPECT_EQ(faulty_field(with({{1'000, {says("gender", {"male"})}}})),
            "widen[0].want.gender")
    << "a wish that was not there is narrower";
  EXPECT_EQ(faulty_field(with({{1'000, {says("height", {1})}}})),
            "widen[0].want.height");
  EXPECT_EQ(faulty_field(with(std::vector<raw_step>(9))), "widen");
}

TEST(wishes_test, interests_are_normalised) {
  auto x = good({.interests = {"  Rock   Music ", "#rock music", "Go"}});
  EXPECT_EQ(x.interests, (std::vector<std::string>{"go", "rock music"}));
}

TEST(wishes_test, who_names_no_steps_gets_the_queues) {
  auto by = usual_policy();
  by.widen = {parse_widening(by.attributes, "10s age +5").value(),
              parse_widening(by.attributes, "20s age +5, language any").value(),
              parse_widening(by.attributes, "400s any").value()};
  raw_wishes said{.want = {says("age", {20, 97})}};
  auto x = good(said, by);
  ASSERT_EQ(x.steps.size(), 2u) << "the third comes when it has given up";
  EXPECT_EQ(x.steps[0].after, 10s);
  auto now = x.want;
  apply(x.steps[0], now);
  EXPECT_EQ(now.least[0], 18);
  EXPECT_EQ(now.most[0], 99);
  said.widen.emplace();
  EXPECT_TRUE(good(said, by).steps.empty()) << "who names none has none";
}

} // namespace
} // namespace parley::match
