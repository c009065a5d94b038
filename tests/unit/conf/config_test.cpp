#include "conf/config.hpp"
#include "conf/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(config_test, the_defaults_do_not_contradict_each_other) {
  EXPECT_TRUE(contradictions(config{}).empty());
}

TEST(show_test, is_read_back_as_the_same) {
  config c;
  c.node.name = "2";
  c.data_dir = "a \"b\" #c: d";
  c.client.allowed_origins = {"https://a.example", "http://[::1]:81"};
  c.moderation.words = {"x: y", "[z", "***"};
  c.client.trusted_proxies = {"10.0.0.0/8", "::1"};
  c.client.listen = {"::1", 80};
  c.limits.auth_per_address = {0.5, 7};
  c.limits.messages_per_user = {};
  c.log.level = log::level::off;
  EXPECT_EQ(parse(show(c), "shown").value(), c) << show(c);
}

TEST(show_test, has_sections) {
  EXPECT_THAT(show(config{}), HasSubstr("\n  argon2:\n    memory: 19MiB\n"));
  EXPECT_THAT(show(config{}), HasSubstr("\nlog:\n  level: info\n"));
}

TEST(show_test, keeps_secrets) {
  config c;
  c.ops.token = "hunter2";
  EXPECT_THAT(show(c), Not(HasSubstr("hunter2")));
  EXPECT_THAT(show(c), HasSubstr("token: \"***\""));
  c.redis.password = "hunter3";
  c.redis.sentinel_password = "hunter4";
  EXPECT_THAT(show(c), Not(HasSubstr("hunter")));
}

TEST(config_test, redis_has_addresses_or_sentinels_with_a_master) {
  config c;
  c.redis.addresses = {"127.0.0.1:6379", "unix:/run/redis.sock"};
  EXPECT_TRUE(contradictions(c).empty());
  c.redis.sentinels = {"127.0.0.1:26379"};
  EXPECT_EQ(contradictions(c).size(), 2u);
  c.redis.addresses = {};
  c.redis.master = {"main"};
  EXPECT_TRUE(contradictions(c).empty());
  c.redis.sentinels = {"127.0.0.1"};
  EXPECT_EQ(contradictions(c).size(), 1u);
  c = {};
  c.redis.prefix = "two words";
  EXPECT_EQ(contradictions(c).size(), 1u);
}

TEST(config_test, an_origin_is_as_browsers_send_it) {
  auto fault = [](const char* origin) -> std::string {
    config c;
    c.client.allowed_origins = {origin};
    auto all = contradictions(c);
    return all.empty() ? "" : all.front();
  };
  for (auto good : {"*", "https://a.example", "http://A.example:8080",
                    "http://[::1]:81", "capacitor://localhost"})
    EXPECT_EQ(fault(good), "") << good;
  for (auto bad : {"", "a.example", "https://", "null", "https://a.example:443",
                   "http://a.example:", "https://*.example", "https://a b",
                   "[\"https://a.example\"]"})
    EXPECT_THAT(fault(bad), HasSubstr("client.allowed_origins")) << bad;
  EXPECT_THAT(fault("https://a.example/"), HasSubstr("slash"));
  EXPECT_THAT(fault("https://a.example/x"), HasSubstr("more than"));
  EXPECT_THAT(fault("https://u@a.example"), HasSubstr("user"));
}

TEST(config_test, proxies_are_addresses_and_networks) {
  config c;
  c.client.proxy_protocol = true;
  EXPECT_THAT(contradictions(c).front(), HasSubstr("needs"));
  c.client.trusted_proxies = {"10.0.0.0/8", "2001:db8::/32", "192.0.2.7"};
  EXPECT_TRUE(contradictions(c).empty());
  c.client.trust_forwarded_for = true;
  EXPECT_THAT(contradictions(c).front(), HasSubstr("exclude"));
  c = {};
  c.client.trusted_proxies = {"10.0.0.1/8", "proxy.example"};
  EXPECT_EQ(contradictions(c).size(), 2u);
}

TEST(show_test, has_the_queues) {
  auto c
    = parse("queues:\n  quick:\n    attributes:\n      mood: enum good bad\n"
            "      rank: number 1 10\n    widen: [\"5s rank +2\", 1m any]\n"
            "    give_up: 2m\n",
            "f", {});
  ASSERT_TRUE(c) << c.error().detail;
  ASSERT_EQ(c->queues.size(), 2u) << "default is always there";
  auto& quick = c->queues.at("quick");
  EXPECT_EQ(quick.attributes.size(), 2u);
  EXPECT_EQ(quick.widen.size(), 2u);
  EXPECT_EQ(quick.give_up, std::chrono::minutes{2});
  EXPECT_EQ(parse(show(*c), "shown", {}).value(), *c) << show(*c);
}

TEST(config_test, a_queue_of_which_nothing_is_said_is_usual) {
  auto c = parse("queues:\n  quick:\n", "f", {}).value();
  EXPECT_EQ(c.queues.at("quick"), usual_queue());
}

TEST(config_test, names_what_is_wrong_with_a_queue) {
  auto fault = [](std::string_view yaml) {
    auto c = parse(yaml, "f", {});
    return c ? "" : c.error().detail;
  };
  EXPECT_THAT(fault("queues: {q: {attributes: {mood: maybe}}}"),
              HasSubstr("queues.q.attributes.mood"));
  EXPECT_THAT(fault("queues: {q: {widen: [soon]}}"),
              HasSubstr("queues.q.widen"));
  EXPECT_THAT(fault("queues: {q: {widen: [2s any, 1s any]}}"),
              HasSubstr("queues.q: widen"));
  EXPECT_THAT(fault("queues: {q: {give_up: 2h}}"),
              HasSubstr("queues.q: give_up"));
  EXPECT_THAT(fault("queues: {q: {colour: red}}"),
              HasSubstr("queues.q.colour is not a key"));
  EXPECT_THAT(fault("queues: {Q: {give_up: 1m}}"),
              HasSubstr("queues.Q: a queue's name"));
}

} // namespace
} // namespace parley::conf
