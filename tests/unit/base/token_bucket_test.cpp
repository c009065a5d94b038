#include "base/token_bucket.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace parley {
namespace {

constexpr auto never = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t start = 1'700'000'000'000;

TEST(rate_test, reads_what_it_writes) {
  for (std::string_view text : {"20/100", "0.5/10", "1/1", "off"}) {
    auto r = parse_rate(text);
    ASSERT_TRUE(r) << text;
    EXPECT_EQ(to_string(*r), text);
  }
  EXPECT_EQ(*parse_rate("20/100"), (rate{20, 100}));
  EXPECT_FALSE(parse_rate("off")->limited());
}

TEST(rate_test, refuses_everything_else) {
  for (std::string_view text :
       {"", "20", "/", "20/", "/100", "0/10", "-1/10", "1/0.5", "1/-1",
        "nan/10", "inf/10", "1/inf", "1/1000001", "20/100x", " 20/100", "OFF",
        "1/2/3"}) {
    auto r = parse_rate(text);
    ASSERT_FALSE(r) << text;
    EXPECT_EQ(r.error().code, errc::bad_config);
  }
}

TEST(token_bucket_test, starts_full_and_gives_its_burst) {
  token_bucket bucket;
  rate limit{20, 100};
  EXPECT_TRUE(bucket.full(limit, start));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(bucket.take(limit, start), 0u) << i;
  EXPECT_EQ(bucket.take(limit, start), 50u);
}

TEST(token_bucket_test, gives_again_after_the_time_it_named) {
  token_bucket bucket;
  rate limit{3, 1};
  for (auto now = start; now < start + 60'000;) {
    EXPECT_EQ(bucket.take(limit, now), 0u);
    auto wait = bucket.take(limit, now);
    ASSERT_GT(wait, 0u);
    EXPECT_GT(bucket.take(limit, now + wait - 1), 0u);
    now += wait;
  }
}

TEST(token_bucket_test, a_refusal_takes_nothing) {
  token_bucket bucket;
  rate limit{1, 10};
  EXPECT_EQ(bucket.take(limit, start, 8), 0u);
  EXPECT_EQ(bucket.take(limit, start, 3), 1000u);
  EXPECT_EQ(bucket.take(limit, start, 2), 0u);
}

TEST(token_bucket_test, holds_at_most_its_burst) {
  token_bucket bucket;
  rate limit{10, 5};
  bucket.take(limit, start);
  EXPECT_FALSE(bucket.full(limit, start));
  EXPECT_FALSE(bucket.full(limit, start + 99));
  EXPECT_TRUE(bucket.full(limit, start + 100));
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(bucket.take(limit, start + 3'600'000), 0u);
  EXPECT_GT(bucket.take(limit, start + 3'600'000), 0u);
}

TEST(token_bucket_test, a_cost_above_the_burst_is_never_there) {
  token_bucket bucket;
  EXPECT_EQ(bucket.take({10, 5}, start, 6), never);
}

TEST(token_bucket_test, a_clock_that_goes_back_gives_nothing) {
  token_bucket bucket;
  rate limit{1, 1};
  EXPECT_EQ(bucket.take(limit, start), 0u);
  EXPECT_GT(bucket.take(limit, start - 60'000), 0u);
  EXPECT_EQ(bucket.take(limit, start + 1000), 0u);
}

TEST(token_bucket_test, off_limits_nothing) {
  token_bucket bucket;
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(bucket.take(rate{}, start, 1000), 0u);
  EXPECT_TRUE(bucket.full(rate{}, start));
}

TEST(token_bucket_test, takes_sixteen_bytes) {
  EXPECT_EQ(sizeof(token_bucket), 16u);
}

} // namespace
} // namespace parley
