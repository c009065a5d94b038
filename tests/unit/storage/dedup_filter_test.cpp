#include "base/limits.hpp"
#include "storage/checksum.hpp"
#include "storage/dedup_filter.hpp"
#include "storage/keys.hpp"
#include "storage/records.hpp"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

class dedup_filter_test : public testing::Test {
protected:
  bool drops(const std::string& under, const std::string& record) {
    auto sum = checksum_of(under, record);
    return filter.Filter(1, under, record + std::string(sum.data(), sum.size()),
                         nullptr, nullptr);
  }

  static constexpr timestamp_ms start = 1'700'000'000'000;
  manual_clock time{start + limits::dedup_retention_ms};
  dedup_filter filter{time};
  conversation_keys keys{3, conversation_id{"g.01ARZ3NDEKTSV4RRFFQ69G5FAV"}};
  std::string key = keys.dedup(user_id{"alice"}, client_id{"c"});
};

TEST_F(dedup_filter_test, drops_a_row_after_its_days_and_not_before) {
  auto record = encode(dedup_record{1, start});
  EXPECT_FALSE(drops(key, record));
  time.advance(std::chrono::milliseconds{1});
  EXPECT_TRUE(drops(key, record));
}

TEST_F(dedup_filter_test, leaves_all_other_rows) {
  time.advance(std::chrono::hours{1});
  auto record = encode(dedup_record{1, start});
  EXPECT_FALSE(drops(keys.message(1), record));
  EXPECT_FALSE(drops(keys.member(user_id{"alice"}), record));
  EXPECT_FALSE(drops(meta_key("format", "version"), record));
  EXPECT_FALSE(drops("k", record));
}

TEST_F(dedup_filter_test, leaves_what_it_cannot_read) {
  time.advance(std::chrono::hours{1});
  EXPECT_FALSE(drops(key, "\7"));
  EXPECT_FALSE(filter.Filter(1, key, "damaged value", nullptr, nullptr));
  EXPECT_FALSE(filter.Filter(1, key, "", nullptr, nullptr));
}

} // namespace
} // namespace parley::storage
