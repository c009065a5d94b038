#include "cluster/presence/reading.hpp"
#include "cluster/presence/sentinel_watch.hpp"

#include <gtest/gtest.h>

namespace parley::cluster::presence {
namespace {

reply text(std::string x) {
  return {reply::kind::text, std::move(x)};
}

reply list(std::vector<reply> items) {
  return {reply::kind::list, {}, 0, std::move(items)};
}

TEST(read_master_test, takes_a_host_and_a_port) {
  auto found = read_master(list({text("10.0.0.1"), text("6379")}));
  ASSERT_TRUE(found);
  EXPECT_EQ(to_string(*found), "10.0.0.1:6379");
}

TEST(read_master_test, nothing_where_there_is_no_master) {
  EXPECT_FALSE(read_master({}));
  EXPECT_FALSE(read_master({reply::kind::error, "ERR"}));
  EXPECT_FALSE(read_master(list({})));
  EXPECT_FALSE(read_master(list({text("h"), text("0")})));
  EXPECT_FALSE(read_master(list({text("h"), text("65536")})));
  EXPECT_FALSE(read_master(list({text(""), text("1")})));
  EXPECT_FALSE(read_master(list({list({}), text("x1")})));
}

TEST(read_nodes_test, leaves_out_what_is_no_node) {
  auto found = read_nodes(list({text("2"), text("1790000000000"), text("x"),
                                text("1"), text("3"), text("inf"), text("4")}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.at(2).renewed, 1'790'000'000'000);
}

TEST(read_user_test, takes_fields_in_pairs) {
  auto found = read_user(list(
    {text("1"), text("on a.1 5"), text("status"), text("away"), text("2")}));
  EXPECT_EQ(found.nodes.size(), 1u);
  EXPECT_EQ(found.status, status::away);
}

TEST(info_field_test, finds_the_line_of_that_name) {
  constexpr auto info = "# Server\r\nold_run_id:x\r\nrun_id:abc\r\nrun:1\r\n";
  EXPECT_EQ(info_field(info, "run_id"), "abc");
  EXPECT_EQ(info_field(info, "run"), "1");
  EXPECT_FALSE(info_field(info, "id"));
  EXPECT_FALSE(info_field("", "run_id"));
}

TEST(is_elsewhere_test, a_replica_says_so) {
  EXPECT_TRUE(is_elsewhere({reply::kind::error, "READONLY You can't write"}));
  EXPECT_FALSE(is_elsewhere({reply::kind::error, "OOM command not allowed"}));
  EXPECT_FALSE(is_elsewhere(text("READONLY")));
}

} // namespace
} // namespace parley::cluster::presence
