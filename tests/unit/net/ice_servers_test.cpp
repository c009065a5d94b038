#include "net/ice_servers.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>

namespace parley::net {
namespace {

namespace json = boost::json;

class ice_servers_test : public testing::Test {
protected:
  ice_servers_test() {
    opts.stun_urls = {"stun:one:3478"};
    opts.turn_urls = {"turn:two:3478?transport=udp", "turns:two:5349"};
    opts.turn_secrets_file = (dir.path() / "secrets").string();
  }

  void write(const std::string& text) const {
    std::ofstream{opts.turn_secrets_file} << text;
  }

  std::string refusal() const {
    auto opened = ice_servers::open(opts);
    EXPECT_FALSE(opened);
    return opened ? "" : opened.error().detail;
  }

  static json::array servers_of(const ice_servers& ice) {
    auto all = json::parse(ice.list(user_id{"alice"}, 1'700'000'000'000));
    return all.at("ice_servers").as_array();
  }

  test::temp_dir dir;
  ice_options opts;
};

TEST_F(ice_servers_test, names_stun_and_turn_with_a_login) {
  write("0123456789abcdef\n");
  auto ice = ice_servers::open(opts);
  ASSERT_TRUE(ice);
  auto all = json::parse((*ice)->list(user_id{"alice"}, 1'700'000'000'000));
  EXPECT_EQ(all.at("ttl"), 600);
  auto servers = servers_of(**ice);
  ASSERT_EQ(servers.size(), 2u);
  EXPECT_EQ(servers[0].at("urls").at(0), "stun:one:3478");
  EXPECT_FALSE(servers[0].as_object().contains("username"));
  EXPECT_EQ(servers[1].at("urls").as_array().size(), 2u);
  EXPECT_EQ(servers[1].at("username"), "1700000600:alice");
  EXPECT_EQ(servers[1].at("credential").as_string().size(), 28u);
}

TEST_F(ice_servers_test, gives_both_logins_while_a_secret_is_replaced) {
  write("0123456789abcdef\n");
  auto ice = ice_servers::open(opts);
  ASSERT_TRUE(ice);
  auto old = servers_of(**ice)[1].at("credential").as_string();
  write("fedcba9876543210\n0123456789abcdef\n");
  ASSERT_TRUE((*ice)->reload());
  auto servers = servers_of(**ice);
  ASSERT_EQ(servers.size(), 3u);
  EXPECT_NE(servers[1].at("credential"), old);
  EXPECT_EQ(servers[2].at("credential"), old);
}

TEST_F(ice_servers_test, keeps_the_old_secrets_where_the_new_are_bad) {
  write("0123456789abcdef\n");
  auto ice = ice_servers::open(opts);
  ASSERT_TRUE(ice);
  auto before = (*ice)->list(user_id{"alice"}, 1);
  write("short\n");
  EXPECT_FALSE((*ice)->reload());
  EXPECT_EQ((*ice)->list(user_id{"alice"}, 1), before);
}

TEST_F(ice_servers_test, says_what_is_wrong_with_the_secrets) {
  EXPECT_NE(refusal().find("can't be read"), std::string::npos);
  write("\n");
  EXPECT_NE(refusal().find("has no TURN secret"), std::string::npos);
  write("short\n");
  EXPECT_NE(refusal().find("16 characters"), std::string::npos);
  write("0123456789abcdef\n0123456789abcdee\n0123456789abcded\n");
  EXPECT_NE(refusal().find("two TURN secrets"), std::string::npos);
  EXPECT_NE(refusal().find(opts.turn_secrets_file), std::string::npos);
}

TEST_F(ice_servers_test, needs_no_secret_without_turn) {
  opts.turn_urls.clear();
  opts.turn_secrets_file.clear();
  auto ice = ice_servers::open(opts);
  ASSERT_TRUE(ice);
  EXPECT_EQ(servers_of(**ice).size(), 1u);
}

} // namespace
} // namespace parley::net
