#include "net/admission.hpp"
#include "net/rate_limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace parley::net {

namespace {

class admission_test : public testing::Test {
protected:
  rate_options rates(std::size_t by_address) {
    rate_options out;
    out.connections_per_address = {};
    out.connections_per_address_max = by_address;
    return out;
  }

  prometheus::Gauge gauge;
};

TEST_F(admission_test, gives_places_back) {
  rate_limits limits{rates(10)};
  admission door{2, 1, limits, gauge};
  {
    auto first = door.admit("a");
    auto second = door.admit("b");
    EXPECT_TRUE(first.place && second.place);
    EXPECT_EQ(door.open(), 2U);
    EXPECT_EQ(gauge.Value(), 2);
    EXPECT_EQ(door.admit("c").refused->code, errc::unavailable);
  }
  EXPECT_EQ(door.open(), 0U);
  EXPECT_EQ(gauge.Value(), 0);
  EXPECT_FALSE(door.admit("c").refused);
}

TEST_F(admission_test, keeps_no_place_for_those_it_refuses) {
  rate_limits limits{rates(1)};
  admission door{2, 100, limits, gauge};
  auto first = door.admit("a");
  std::vector<admitted> told;
  for (int i = 0; i < 50; ++i) {
    auto one = door.admit("a");
    ASSERT_TRUE(one.refused);
    EXPECT_TRUE(one.over_cap);
    if (one.place)
      told.push_back(std::move(one));
  }
  EXPECT_EQ(told.size(), admission::told_by_address_max);
  EXPECT_EQ(door.open(), 1U);
  EXPECT_FALSE(door.admit("b").refused);
  first = {};
  EXPECT_FALSE(door.admit("a").refused);
}

TEST_F(admission_test, tells_few_of_all) {
  rate_limits limits{rates(10)};
  admission door{0, 3, limits, gauge};
  std::vector<admitted> told;
  for (int i = 0; i < 5; ++i)
    told.push_back(door.admit(std::to_string(i)));
  for (std::size_t i = 0; i < told.size(); ++i)
    EXPECT_EQ(static_cast<bool>(told[i].place), i < 3) << i;
  told.clear();
  EXPECT_TRUE(door.admit("a").place);
}

TEST_F(admission_test, counts_an_address_that_a_proxy_names_later) {
  rate_limits limits{rates(1)};
  admission door{10, 3, limits, gauge};
  auto first = door.admit();
  auto second = door.admit();
  door.charge(first, "a");
  EXPECT_FALSE(first.refused);
  door.charge(second, "a");
  EXPECT_TRUE(second.refused && second.over_cap && second.place);
  EXPECT_EQ(door.open(), 1U);
  first = {};
  EXPECT_FALSE(door.admit("a").refused);
}

} // namespace
} // namespace parley::net
