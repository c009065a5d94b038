#include "conf/values.hpp"

#include <gtest/gtest.h>

namespace parley::conf {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr count_key count{"count", 2, 10};
constexpr bytes_key bytes{"bytes", 0, 1ull << 40};
constexpr duration_key duration{"duration", 0ms, 24h * 365};

/// The value read, or what was there before where it is refused.
template <class Key, class T>
T read_or(const Key& key, std::string_view text, T before) {
  auto out = before;
  auto done = read(key, text, out);
  EXPECT_EQ(!done, out == before) << text;
  return out;
}

TEST(values_test, a_flag_is_true_or_false) {
  EXPECT_TRUE(read_or(flag_key{"f"}, "true", false));
  EXPECT_FALSE(read_or(flag_key{"f"}, "false", true));
  for (std::string_view bad : {"", "yes", "1", "True", "true "})
    EXPECT_FALSE(read_or(flag_key{"f"}, bad, false)) << bad;
}

TEST(values_test, a_count_is_a_whole_number_within_its_bounds) {
  EXPECT_EQ(read_or(count, "2", std::uint64_t{7}), 2u);
  EXPECT_EQ(read_or(count, "10", std::uint64_t{7}), 10u);
  for (std::string_view bad : {"", "1", "11", "-1", "3.5", "3KiB", "0x3", "x",
                               "99999999999999999999999"})
    EXPECT_EQ(read_or(count, bad, std::uint64_t{7}), 7u) << bad;
}

TEST(values_test, a_size_may_have_a_unit) {
  auto size = [](std::string_view text) {
    return read_or(bytes, text, ~std::uint64_t{0});
  };
  EXPECT_EQ(size("0"), 0u);
  EXPECT_EQ(size("65536"), 65536u);
  EXPECT_EQ(size("64KiB"), 65536u);
  EXPECT_EQ(size("512MiB"), 512u << 20);
  EXPECT_EQ(size("1GiB"), 1u << 30);
  EXPECT_EQ(size("1TiB"), 1ull << 40);
  for (std::string_view bad : {"", "KiB", "1kB", "1KB", "1 KiB", "-1KiB",
                               "2TiB", "99999999999TiB", "1.5MiB"})
    EXPECT_EQ(size(bad), ~std::uint64_t{0}) << bad;
}

TEST(values_test, a_time_may_have_a_unit) {
  auto time = [](std::string_view text) {
    return read_or(duration, text, milliseconds{-1});
  };
  EXPECT_EQ(time("250"), 250ms);
  EXPECT_EQ(time("250ms"), 250ms);
  EXPECT_EQ(time("10s"), 10s);
  EXPECT_EQ(time("2m"), 2min);
  EXPECT_EQ(time("1h"), 1h);
  EXPECT_EQ(time("30d"), 24h * 30);
  for (std::string_view bad :
       {"", "s", "10sec", "-1s", "1.5s", "366d", "9999999999999999999d"})
    EXPECT_EQ(time(bad), milliseconds{-1}) << bad;
}

TEST(values_test, are_written_with_the_largest_unit_that_is_exact) {
  EXPECT_EQ(write(bytes, 0), "0");
  EXPECT_EQ(write(bytes, 1000), "1000");
  EXPECT_EQ(write(bytes, 65536), "64KiB");
  EXPECT_EQ(write(bytes, 1536u << 20), "1536MiB");
  EXPECT_EQ(write(duration, 0ms), "0ms");
  EXPECT_EQ(write(duration, 1500ms), "1500ms");
  EXPECT_EQ(write(duration, 90s), "90s");
  EXPECT_EQ(write(duration, 48h), "2d");
}

TEST(values_test, a_fault_names_the_bounds) {
  std::uint64_t out = 0;
  auto why = read(count, "11", out).error().detail;
  EXPECT_NE(why.find("2 to 10"), std::string::npos) << why;
  why = read(bytes_key{"b", 1024, 1 << 20}, "1", out).error().detail;
  EXPECT_NE(why.find("1KiB to 1MiB"), std::string::npos) << why;
}

TEST(values_test, a_rate_a_level_and_an_address_are_read_as_such) {
  EXPECT_EQ(read_or(rate_key{"r"}, "1/2", rate{}), (rate{1, 2}));
  EXPECT_EQ(read_or(rate_key{"r"}, "1", rate{3, 4}), (rate{3, 4}));
  EXPECT_EQ(read_or(level_key{"l"}, "debug", log::level::info),
            log::level::debug);
  EXPECT_EQ(read_or(level_key{"l"}, "loud", log::level::info),
            log::level::info);
  EXPECT_EQ(read_or(address_key{"a"}, "[::1]:1", address{}),
            (address{"::1", 1}));
  EXPECT_EQ(read_or(address_key{"a"}, "nowhere", address{}), address{});
}

TEST(values_test, a_secret_is_not_written) {
  text_key open{"open"};
  text_key secret{"secret", secrecy::secret};
  EXPECT_EQ(write(open, "x"), "x");
  EXPECT_EQ(write(secret, "x"), "***");
  EXPECT_EQ(write(secret, ""), "");
}

} // namespace
} // namespace parley::conf
