#include "match/policy.hpp"
#include "tests/unit/match/people.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

using namespace std::chrono_literals;

TEST(policy_test, attributes_are_read_as_they_are_written) {
  for (auto text :
       {"enum female male other", "set en de", "number 18 99", "number -5 5"}) {
    auto x = parse_attribute("x", text);
    ASSERT_TRUE(x) << text;
    EXPECT_EQ(to_string(*x), text);
  }
  EXPECT_EQ(to_string(parse_attribute("x", "enum a, b,c").value()),
            "enum a b c");
}

TEST(policy_test, what_no_attribute_can_be_is_refused) {
  for (auto text :
       {"", "enum", "set", "list a b", "number 1", "number 2 1", "number a b",
        "enum a a", "enum A", "enum a/b", "number 1 99999999999"})
    EXPECT_FALSE(parse_attribute("x", text)) << text;
  EXPECT_FALSE(parse_attribute("any", "enum a"));
  EXPECT_FALSE(parse_attribute("", "enum a"));
  std::string many = "set";
  for (int i = 0; i < 64; ++i)
    many += " v" + std::to_string(i);
  EXPECT_FALSE(parse_attribute("x", many));
}

TEST(policy_test, steps_are_read_as_they_are_written) {
  auto known = usual_attributes();
  for (auto text : {"20s language any, age +5", "500ms age +1", "1h gender any",
                    "2m age any, gender any, language any"}) {
    auto x = parse_widening(known, text);
    ASSERT_TRUE(x) << text;
    EXPECT_EQ(to_string(*x, known), text);
  }
  auto all = parse_widening(known, "30s any").value();
  EXPECT_EQ(all.after, 30s);
  EXPECT_EQ(all.changes.size(), known.size());
}

TEST(policy_test, what_no_step_can_be_is_refused) {
  for (auto text : {"", "20s", "20 any", "s any", "20s age", "20s age 5",
                    "20s age +0", "20s age +x", "20s height any", "any"})
    EXPECT_FALSE(parse_widening(usual_attributes(), text)) << text;
}

TEST(policy_test, the_defaults_fit_together) {
  EXPECT_TRUE(check(usual_policy()));
}

TEST(policy_test, names_what_does_not_fit) {
  auto field_of = [](auto change) {
    auto x = usual_policy();
    change(x);
    auto checked = check(x);
    return checked ? "" : checked.error().field;
  };
  EXPECT_EQ(field_of([](auto& x) { x.give_up = 0ms; }), "give_up");
  EXPECT_EQ(field_of([](auto& x) { x.give_up = x.give_up_max + 1ms; }),
            "give_up");
  EXPECT_EQ(field_of([](auto& x) { x.waiting_max = 0; }), "waiting_max");
  EXPECT_EQ(field_of([](auto& x) { x.keep_for = x.record_for * 2; }),
            "record_for");
  EXPECT_EQ(field_of([](auto& x) { x.attributes.resize(9); }), "attributes");
  EXPECT_EQ(field_of([](auto& x) { x.attributes.push_back(x.attributes[1]); }),
            "gender");
  EXPECT_EQ(field_of([](auto& x) {
              x.widen = {{2s, {{1, 0}}}, {2s, {{0, 5}}}};
            }),
            "widen");
  EXPECT_EQ(field_of([](auto& x) {
              x.widen = {{2s, {{1, 5}}}};
            }),
            "widen")
    << "only numbers are stretched";
}

TEST(policy_test, a_wide_number_shares_its_bits) {
  auto x = parse_attribute("x", "number -1000 1000000").value();
  EXPECT_EQ(x.bit_of(-1000), 0u);
  EXPECT_LT(x.bit_of(1000000), values_max);
  EXPECT_LE(x.bit_of(5), x.bit_of(6));
}

} // namespace
} // namespace parley::match
