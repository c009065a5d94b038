#include "actors/page_weight.hpp"
#include "base/answer_limits.hpp"

#include <gtest/gtest.h>

namespace parley::actors {
namespace {

TEST(page_budget_test, ends_before_it_is_exceeded) {
  page_budget budget{10};
  EXPECT_TRUE(budget.take(6));
  EXPECT_TRUE(budget.take(4));
  EXPECT_FALSE(budget.take(1));
}

TEST(page_budget_test, takes_nothing_behind_what_did_not_fit) {
  page_budget budget{10};
  EXPECT_TRUE(budget.take(6));
  EXPECT_FALSE(budget.take(5));
  EXPECT_FALSE(budget.take(1)) << "items would be missing in between";
}

TEST(page_budget_test, takes_the_first_however_large) {
  page_budget budget{10};
  EXPECT_TRUE(budget.take(11));
  EXPECT_FALSE(budget.take(1));
}

// All that clients can put into one message.
TEST(page_weight_test, bounds_what_one_item_can_weigh) {
  storage::message_record m;
  m.sender = user_id{std::string(user_id::size_max, 'a')};
  m.client_id = client_id{std::string(limits::client_id_bytes_max, '"')};
  m.type = std::string(limits::type_bytes_max, 'a');
  m.text = std::string(limits::text_bytes_max, '\x01');
  m.attachments = std::string(
    limits::attachments_max * (limits::attachment_bytes_max + 1) + 1, 'x');
  m.mentions.assign(limits::mentions_max, m.sender);
  m.reactions.assign(limits::reaction_kinds_max,
                     {std::string(limits::emoji_bytes_max, '\x01'), 100'000});
  conversation_summary c;
  c.title = std::string(limits::title_bytes_max, '\x01');
  c.last_message = message{{}, 1, m};
  EXPECT_LE(weight(c), limits::page_item_bytes_max);
  log_event e;
  e.content.users.assign(limits::invite_users_max + 1, m.sender);
  e.content.value = c.title;
  e.text = m.text;
  EXPECT_LE(weight(e), limits::page_item_bytes_max);
}

} // namespace
} // namespace parley::actors
