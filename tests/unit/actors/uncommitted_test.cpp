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

TEST(uncommitted_test, forgets_once_what_was_put_twice_with_one_ticket) {
  uncommitted records;
  records.put("k", "one", 1);
  records.put("k", "two", 1);
  records.put("l", "one", 1);
  records.put("l", "two", 2);
  records.put("l", "three", 3);
  records.committed(2);
  EXPECT_EQ(records.find("k"), nullptr);
  ASSERT_NE(records.find("l"), nullptr);
  EXPECT_EQ(*records.find("l"), "three");
  records.put("k", "three", 4);
  records.committed(4);
  EXPECT_EQ(records.find("k"), nullptr);
  EXPECT_EQ(records.find("l"), nullptr);
}

} // namespace
} // namespace parley::actors
