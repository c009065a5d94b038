#include "match/acquaintances.hpp"

#include <gtest/gtest.h>

namespace parley::match {
namespace {

const user_id ann{"ann"};
const user_id bob{"bob"};
const user_id cid{"cid"};

TEST(acquaintances_test, knows_both_ways) {
  acquaintances met;
  met.add(bob, ann, 100);
  EXPECT_EQ(met.until(ann, bob), 100);
  EXPECT_EQ(met.until(bob, ann), 100);
  EXPECT_EQ(met.until(ann, cid), 0);
}

TEST(acquaintances_test, forgets_when_the_time_has_come) {
  acquaintances met;
  met.add(ann, bob, 100);
  met.add(ann, cid, 200);
  met.forget(99);
  EXPECT_EQ(met.size(), 2u);
  met.forget(100);
  EXPECT_EQ(met.size(), 1u);
  EXPECT_EQ(met.until(ann, cid), 200);
}

TEST(acquaintances_test, keeps_the_later_of_two_times) {
  acquaintances met;
  met.add(ann, bob, 100);
  met.add(ann, bob, 300);
  met.forget(150);
  EXPECT_EQ(met.until(ann, bob), 300);
  met.forget(300);
  EXPECT_EQ(met.size(), 0u);
}

} // namespace
} // namespace parley::match
