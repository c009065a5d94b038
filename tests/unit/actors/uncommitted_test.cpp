#include "actors/uncommitted.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

TEST(uncommitted_test, knows_the_latest_record_of_a_key) {
  uncommitted records;
  EXPECT_EQ(records.find("k"), nullptr);
  records.put("k", "one", 1);
  records.put("k", "two", 2);
  EXPECT_EQ(*records.find("k"), "two");
  records.put("k", std::nullopt, 3);
  ASSERT_NE(records.find("k"), nullptr);
  EXPECT_FALSE(records.find("k")->has_value()) << "known to be erased";
}

TEST(uncommitted_test, forgets_what_is_committed_and_no_more) {
  uncommitted records;
  records.put("a", "1", 1);
  records.put("b", "1", 1);
  records.put("a", "2", 2);
  records.committed(1);
  EXPECT_EQ(records.find("b"), nullptr);
  EXPECT_EQ(*records.find("a"), "2");
  records.committed(1);
  EXPECT_EQ(*records.find("a"), "2");
  records.committed(7);
  EXPECT_EQ(records.find("a"), nullptr);
}

} // namespace
} // namespace parley::actors
