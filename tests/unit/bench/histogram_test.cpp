#include "bench/load/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace parley::bench {
namespace {

TEST(histogram_test, of_nothing_is_zero) {
  histogram of;
  EXPECT_EQ(of.count(), 0u);
  EXPECT_EQ(of.at(0.99), 0u);
  EXPECT_EQ(of.max(), 0u);
  EXPECT_EQ(of.mean(), 0);
}

TEST(histogram_test, keeps_small_values_exactly) {
  histogram of;
  for (std::uint64_t i = 1; i <= 2000; ++i)
    of.record(i);
  EXPECT_EQ(of.at(0.5), 1000u);
  EXPECT_EQ(of.at(0.9), 1800u);
  EXPECT_EQ(of.at(0.999), 1998u);
  EXPECT_EQ(of.at(1), 2000u);
  EXPECT_EQ(of.at(0), 1u);
}

TEST(histogram_test, keeps_every_value_to_a_thousandth) {
  for (unsigned bit = 0; bit < 32; ++bit)
    for (std::uint64_t add : {0u, 1u, 77u}) {
      auto value = (std::uint64_t{1} << bit) + add;
      histogram of;
      of.record(value);
      of.record(histogram::value_max);
      auto got = of.at(0.5);
      EXPECT_GE(got, value);
      EXPECT_LE(got - value, value / 1000) << value;
    }
}

TEST(histogram_test, takes_what_is_too_large_as_its_largest) {
  histogram of;
  of.record(~std::uint64_t{0});
  EXPECT_EQ(of.max(), histogram::value_max);
  EXPECT_EQ(of.count(), 1u);
}

TEST(histogram_test, has_one_bucket_after_the_other_without_a_gap) {
  histogram of;
  for (std::size_t i = 0; i < histogram::buckets; ++i) {
    auto first = i == 0 ? 0 : histogram::upper_end(i - 1) + 1;
    of.record(first);
    of.record(histogram::upper_end(i));
    ASSERT_EQ(of.in_bucket(i), 2u) << i;
  }
  EXPECT_EQ(histogram::upper_end(histogram::buckets - 1), histogram::value_max);
}

TEST(histogram_test, agrees_with_sorted_values) {
  std::minstd_rand random{7};
  std::lognormal_distribution<double> latency{6, 1.5};
  std::vector<std::uint64_t> values;
  histogram of;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::uint64_t>(latency(random)));
    of.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (auto quantile : {0.5, 0.9, 0.99, 0.999}) {
    auto exact = static_cast<double>(
      values[static_cast<std::size_t>(quantile * 20'000) - 1]);
    EXPECT_NEAR(static_cast<double>(of.at(quantile)), exact, exact / 1000 + 1);
  }
  EXPECT_EQ(of.max(), values.back());
}

TEST(histogram_test, says_what_came_since_an_earlier_copy) {
  histogram of;
  of.record(10, 5);
  of.record(4000);
  auto earlier = of.snapshot();
  of.record(20, 3);
  auto since = of;
  since.subtract(earlier);
  EXPECT_EQ(since.count(), 3u);
  EXPECT_EQ(since.at(0.5), 20u);
  EXPECT_EQ(since.max(), 20u);
  since.add(earlier);
  EXPECT_EQ(since.count(), of.count());
  EXPECT_EQ(since.max(), of.max());
}

} // namespace
} // namespace parley::bench
