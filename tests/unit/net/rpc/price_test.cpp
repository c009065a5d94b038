#include "net/rpc/method_table.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace parley::net::rpc {
namespace {

// So a row of the table without a price does not compile.
static_assert(!std::is_default_constructible_v<price>);
static_assert(!std::is_default_constructible_v<method>);

TEST(price_test, nothing_is_free_but_staying_connected) {
  for (const auto& each : methods())
    EXPECT_EQ(each.costs.is_free(), each.name == "session.ping") << each.name;
}

TEST(price_test, reading_is_paid_for_by_what_was_read) {
  const auto& costs = find_method("message.history")->costs;
  auto deposit = costs.before();
  EXPECT_EQ(deposit, prices::full_page);
  actors::history_page page;
  EXPECT_EQ(costs.after(deposit, page, 100), 1U);
  page.messages.resize(7);
  EXPECT_EQ(costs.after(deposit, page, 5000), 12U);
  EXPECT_EQ(costs.after_failure(deposit), 1U);
}

TEST(price_test, lists_are_paid_for_by_whom_they_ask) {
  actors::conversation_list list;
  list.asked = 4000;
  list.conversations.resize(50);
  EXPECT_EQ(find_method("conversation.list")->costs.after(200, list, 0), 1051U);
  actors::sync_result found;
  found.asked = 400;
  found.pages.resize(1);
  found.pages[0].events.resize(3);
  found.fresh.resize(2);
  EXPECT_EQ(find_method("sync")->costs.after(200, found, 0), 106U);
}

TEST(price_test, users_that_are_named_count) {
  actors::gather_presence asked{{user_id{"alice"}, user_id{"bob"}}};
  target what{{}, actors::user_command{asked}};
  EXPECT_EQ(find_method("presence.get")->costs.before(what), 3U);
  actors::invite_users invited{{}, {user_id{"alice"}, user_id{"bob"}}};
  what.command = actors::user_command{invited};
  EXPECT_EQ(find_method("conversation.invite")->costs.before(what), 2U);
}

TEST(price_test, writing_draws_on_its_own_allowance) {
  for (auto name : {"message.send", "match.next", "conversation.create"})
    EXPECT_EQ(find_method(name)->costs.draws(), token::message) << name;
  for (auto name : {"typing.set", "signal.send"})
    EXPECT_EQ(find_method(name)->costs.draws(), token::signal) << name;
  for (auto name : {"message.history", "message.read", "user.get"})
    EXPECT_EQ(find_method(name)->costs.draws(), token::none) << name;
}

} // namespace
} // namespace parley::net::rpc
