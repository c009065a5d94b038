#include "storage/codec.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

namespace parley::storage {
namespace {

template <class T>
std::string written(const T& x) {
  record_writer out{1};
  out(x);
  return out.take().substr(1);
}

template <class T>
bool reads_as(std::string_view bytes, const T& expected) {
  record_reader in{bytes};
  T x{};
  in(x);
  return in.done() && x == expected;
}

template <class T>
bool refuses(std::string_view bytes) {
  record_reader in{bytes};
  T x{};
  in(x);
  return !in.done();
}

TEST(codec_test, numbers_at_the_edges_come_back) {
  for (unsigned bit = 0; bit < 64; ++bit)
    for (auto x : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit})
      EXPECT_TRUE(reads_as(written(x), x)) << x;
  EXPECT_TRUE(reads_as(written(~std::uint64_t{0}), ~std::uint64_t{0}));
}

TEST(codec_test, signed_numbers_at_the_edges_come_back) {
  using limit = std::numeric_limits<std::int64_t>;
  for (auto x : {limit::min(), limit::min() + 1, std::int64_t{-1},
                 std::int64_t{0}, std::int64_t{1}, limit::max()})
    EXPECT_TRUE(reads_as(written(x), x)) << x;
  EXPECT_EQ(written(std::int64_t{-1}), "\1");
}

TEST(codec_test, a_number_over_64_bits_is_refused) {
  EXPECT_TRUE(refuses<std::uint64_t>(std::string(9, '\xFF') + "\x02"));
  EXPECT_TRUE(refuses<std::uint64_t>(std::string(10, '\xFF') + "\x01"));
}

TEST(codec_test, a_number_in_too_many_bytes_is_refused) {
  EXPECT_TRUE(refuses<std::uint64_t>(std::string{"\x81\x00", 2}));
  EXPECT_TRUE(refuses<std::uint64_t>(std::string{"\x80\x00", 2}));
}

TEST(codec_test, a_number_over_32_bits_is_refused_where_32_are_due) {
  EXPECT_TRUE(refuses<std::uint32_t>(written(std::uint64_t{1} << 32)));
}

TEST(codec_test, a_bool_is_zero_or_one) {
  EXPECT_TRUE(reads_as("\1", true));
  EXPECT_TRUE(refuses<bool>("\2"));
}

TEST(codec_test, a_text_ends_within_the_record) {
  EXPECT_TRUE(reads_as(std::string_view{"\3abc"}, std::string{"abc"}));
  EXPECT_TRUE(refuses<std::string>("\4abc"));
  EXPECT_TRUE(refuses<std::string>(written(~std::uint64_t{0}) + "abc"));
}

struct grown {
  std::uint64_t first = 0;
  std::string second = {};
  bool third = false;

  friend bool operator==(const grown&, const grown&) = default;
};

std::string write_grown(const grown& x) {
  record_writer out{1};
  out(x.first);
  out.later(x.second);
  out.later(x.third);
  return out.take().substr(1);
}

std::optional<grown> read_grown(std::string_view bytes) {
  record_reader in{bytes};
  grown x;
  in(x.first);
  in.later(x.second);
  in.later(x.third);
  return in.done() ? std::optional{x} : std::nullopt;
}

TEST(codec_test, later_fields_are_left_out_where_nobody_needs_them) {
  EXPECT_EQ(write_grown({7, {}, false}), "\x07");
  EXPECT_EQ(write_grown({7, "a", false}), "\x07\x01"
                                          "a");
  EXPECT_EQ(write_grown({7, {}, true}), (std::string{"\x07\x00\x01", 3}));
  for (const auto& x : {grown{7, {}, false}, grown{0, "a", false},
                        grown{7, {}, true}, grown{7, "b", true}})
    EXPECT_EQ(read_grown(write_grown(x)), x);
}

TEST(codec_test, a_later_field_that_could_be_left_out_is_refused) {
  EXPECT_FALSE(read_grown(std::string_view{"\x07\x00", 2}));
  EXPECT_FALSE(read_grown(std::string_view{"\x07\x01"
                                           "a\x00",
                                           4}));
}

} // namespace
} // namespace parley::storage
