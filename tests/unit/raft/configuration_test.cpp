#include "cluster/raft/configuration.hpp"

#include <gtest/gtest.h>

#include <map>

namespace parley::cluster::raft {

namespace {

std::int64_t reached(const configuration& config,
                     std::map<node_id, std::int64_t> by) {
  return agreed(config, [&](node_id node) { return by[node]; });
}

} // namespace

TEST(configuration_test, a_majority_is_more_than_half) {
  EXPECT_EQ(reached({{1}, {}, {}}, {{1, 7}}), 7);
  EXPECT_EQ(reached({{1, 2}, {}, {}}, {{1, 7}, {2, 3}}), 3);
  EXPECT_EQ(reached({{1, 2, 3}, {}, {}}, {{1, 7}, {2, 3}, {3, 5}}), 5);
  EXPECT_EQ(reached({{1, 2, 3, 4}, {}, {}}, {{1, 7}, {2, 3}, {3, 5}, {4, 9}}),
            5);
}

TEST(configuration_test, of_a_joint_one_both_sets_must_agree) {
  configuration joint{{1, 2, 3}, {4, 5}, {}};
  EXPECT_EQ(reached(joint, {{1, 9}, {2, 9}, {3, 9}, {4, 9}, {5, 2}}), 2);
  EXPECT_EQ(reached(joint, {{1, 1}, {2, 9}, {3, 1}, {4, 9}, {5, 9}}), 1);
}

TEST(configuration_test, learners_do_not_count) {
  EXPECT_EQ(reached({{1, 2}, {}, {3, 4}}, {{1, 7}, {2, 3}, {3, 9}, {4, 9}}), 3);
}

TEST(configuration_test, alone_is_who_needs_nobody) {
  EXPECT_TRUE((configuration{{1}, {}, {2}}.alone(1)));
  EXPECT_FALSE((configuration{{1}, {}, {}}.alone(2)));
  EXPECT_FALSE((configuration{{1}, {1, 2}, {}}.alone(1)));
  EXPECT_FALSE((configuration{}.alone(1)));
}

TEST(configuration_test, comes_back_as_it_was_encoded) {
  configuration config{{1, 2, 300}, {1, 4}, {4, 5}};
  EXPECT_EQ(decode_configuration(encode(config)).value(), config);
  EXPECT_EQ(decode_configuration(encode({})).value(), configuration{});
}

TEST(configuration_test, bytes_that_are_none_are_refused) {
  for (const configuration& bad :
       {configuration{{2, 1}, {}, {}}, configuration{{1, 1}, {}, {}},
        configuration{{0}, {}, {}}, configuration{{1}, {}, {1}},
        configuration{{}, {1}, {}}})
    EXPECT_FALSE(decode_configuration(encode(bad)));
  auto good = encode({{1, 2, 3}, {}, {}});
  for (std::size_t cut = 0; cut < good.size(); ++cut)
    EXPECT_FALSE(decode_configuration(good.substr(0, cut)));
}

} // namespace parley::cluster::raft
