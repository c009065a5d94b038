#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

// From the XXH64 reference: shards on disk depend on them.
TEST(hash_test, is_the_one_that_disks_were_written_with) {
  EXPECT_EQ(hash64(""), 0xef46db3751d8e999u);
  EXPECT_EQ(hash64("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(hash64("abc"), 0x44bc2cf5ad770999u);
}

} // namespace
} // namespace parley
