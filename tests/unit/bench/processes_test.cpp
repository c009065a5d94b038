#include "bench/load/processes.hpp"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

TEST(machine_use_test, tells_what_was_used_from_what_the_host_took) {
  auto use = parse_machine_use("cpu  100 20 30 4000 500 6 7 80 9 1\n"
                               "cpu0 50 10 15 2000 250 3 3 40 4 0\n",
                               10'000);
  EXPECT_EQ(use.busy_us, (100 + 20 + 30 + 6 + 7) * 10'000);
  EXPECT_EQ(use.stolen_us, 80 * 10'000);
}

TEST(machine_use_test, is_nothing_where_nothing_is_said) {
  auto use = parse_machine_use("", 10'000);
  EXPECT_EQ(use.busy_us, 0);
  EXPECT_EQ(use.stolen_us, 0);
}

} // namespace
} // namespace parley::bench
