#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley {
namespace {

TEST(errc_test, every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  constexpr int codes = 15;
  for (int i = 1; i <= codes; ++i)
    names.insert(to_string(static_cast<errc>(i)));
  EXPECT_EQ(names.size(), std::size_t{codes});
}

TEST(errc_test, a_code_of_a_newer_node_reads_as_internal) {
  EXPECT_EQ(to_string(static_cast<errc>(200)), "internal");
}

TEST(errc_test, names_are_those_of_the_protocol) {
  EXPECT_EQ(to_string(errc::not_found), "not_found");
  EXPECT_EQ(to_string(errc::rate_limited), "rate_limited");
  EXPECT_EQ(to_string(errc::bad_config), "bad_config");
}

TEST(result_death_test, a_value_that_is_not_there_ends_the_process) {
  result<int> none = error{errc::not_found, "no such user"};
  EXPECT_DEATH(static_cast<void>(none.value()), "no such user");
}

} // namespace
} // namespace parley
