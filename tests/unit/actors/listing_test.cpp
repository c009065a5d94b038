#include "actors/listing.hpp"
#include "base/limits.hpp"

#include <gtest/gtest.h>

#include <set>

namespace parley::actors {
namespace {

conversation_id id(int i) {
  return named_group(user_id{"alice"}, std::to_string(i));
}

conversation_summary summary(int i, timestamp_ms last_ts) {
  conversation_summary c;
  c.id = id(i);
  c.last_ts = last_ts;
  return c;
}

message text_of(std::size_t bytes) {
  message m;
  m.content.text = std::string(bytes, 'x');
  return m;
}

TEST(listing_test, pages_through_all_once_the_latest_first) {
  std::vector<conversation_summary> all;
  for (int i = 0; i < 25; ++i)
    all.push_back(summary(i, 1000 + i / 3)); // with equal times
  std::vector<conversation_summary> seen;
  list_conversations wish{4, {}};
  do {
    auto page = *list_page(all, wish);
    ASSERT_LE(page.conversations.size(), 4u);
    for (auto& c : page.conversations)
      seen.push_back(c);
    wish.cursor = page.cursor;
  } while (!wish.cursor.empty());
  ASSERT_EQ(seen.size(), all.size());
  std::set<conversation_id> different;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    different.insert(seen[i].id);
    if (i > 0) {
      EXPECT_GE(seen[i - 1].last_ts, seen[i].last_ts);
    }
  }
  EXPECT_EQ(different.size(), all.size());
}

TEST(listing_test, keeps_a_cursor_good_when_others_become_active) {
  std::vector<conversation_summary> all;
  for (int i = 0; i < 6; ++i)
    all.push_back(summary(i, 1000 - i));
  auto first = *list_page(all, {3, {}});
  all[5].last_ts = 2000; // moves to the front, behind the cursor
  auto rest = *list_page(all, {3, first.cursor});
  ASSERT_EQ(rest.conversations.size(), 2u);
  EXPECT_EQ(rest.conversations[0].id, id(3));
  EXPECT_TRUE(rest.cursor.empty());
}

TEST(listing_test, refuses_a_cursor_that_nobody_was_given) {
  std::vector<conversation_summary> all{summary(1, 1), summary(2, 2)};
  for (auto cursor : {"x", "12", ":", "99999999999999999999:g"})
    EXPECT_EQ(list_page(all, {5, cursor}).error().field, "cursor") << cursor;
}

TEST(listing_test, asks_for_events_of_what_the_client_knows) {
  using seen = std::vector<std::pair<conversation_id, seq>>;
  auto plan = plan_sync({id(1), id(2)}, {seen{{id(1), 7}, {id(9), 3}}, 20});
  ASSERT_EQ(plan.size(), 2u);
  auto& known = std::get<read_events>(plan.at(id(1)));
  EXPECT_EQ(known.after, 7u);
  EXPECT_EQ(known.limit, 20u);
  EXPECT_TRUE(std::holds_alternative<summarise>(plan.at(id(2))));
  for (auto& [each, what] : plan_sync({id(1), id(2)}, {{}, 20}))
    EXPECT_FALSE(std::get<read_events>(what).after);
}

TEST(listing_test, bounds_what_a_sync_answers) {
  sync_result all;
  all.pages.push_back({id(0), {}, false});
  for (int i = 1; i < 5; ++i) {
    events_page page{id(i), {}, false};
    for (int k = 0; k < 25; ++k)
      page.events.emplace_back(text_of(8000));
    all.pages.push_back(std::move(page));
  }
  all.fresh.push_back(summary(9, 1));
  all.fresh.back().last_message = text_of(8000);
  bound_sync(all);
  ASSERT_EQ(all.pages.size(), 4u) << "pages without events are dropped";
  std::size_t bytes = 0;
  for (auto& page : all.pages)
    bytes += page.events.size() * 8000;
  EXPECT_LE(bytes, limits::sync_bytes_max);
  EXPECT_GT(bytes, limits::sync_bytes_max / 2);
  EXPECT_FALSE(all.pages[0].has_more);
  EXPECT_TRUE(all.pages[3].has_more);
  EXPECT_TRUE(all.pages[3].events.empty());
  EXPECT_FALSE(all.fresh[0].last_message);
}

TEST(listing_test, knows_who_could_not_answer) {
  gathers::answers got{result<reply>{done{}},
                       result<reply>{error{errc::forbidden, ""}}};
  EXPECT_TRUE(all_answered(got));
  got.emplace_back(error{errc::unavailable, ""});
  EXPECT_FALSE(all_answered(got));
  got.back() = error{errc::internal, ""};
  EXPECT_FALSE(all_answered(got));
  got.back().reset();
  EXPECT_FALSE(all_answered(got));
}

} // namespace
} // namespace parley::actors
