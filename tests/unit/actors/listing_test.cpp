#include "actors/listing.hpp"
#include "actors/page_weight.hpp"
#include "base/answer_limits.hpp"

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

result<conversation_list> list_page(std::vector<conversation_summary> all,
                                    const list_conversations& wish) {
  auto pager = list_pager::begin(wish);
  if (!pager)
    return pager.error();
  for (auto& c : all)
    pager->add(std::move(c));
  return pager->finish();
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

using positions = std::vector<std::pair<conversation_id, seq>>;

// Answers every question with that many messages of so many bytes, or with a
// summary; false when there is none.
bool answer_next(sync_pager& from, int messages, std::size_t bytes,
                 std::size_t* asked = nullptr) {
  gathers::answers got;
  for (auto& each : from.next()) {
    if (std::holds_alternative<summarise>(each.what)) {
      auto c = summary(0, 1);
      c.id = each.to;
      c.last_message = text_of(bytes);
      got.emplace_back(std::move(c));
      continue;
    }
    events_page page{each.to, {}, false};
    for (int i = 0; i < messages; ++i)
      page.events.emplace_back(text_of(bytes));
    got.emplace_back(std::move(page));
  }
  if (asked)
    *asked += got.size();
  auto any = !got.empty();
  from.take(std::move(got));
  return any;
}

TEST(listing_test, asks_for_events_of_what_the_client_knows) {
  sync_pager known{{id(1), id(2)}, {positions{{id(2), 7}, {id(9), 3}}, 20, {}}};
  auto plan = known.next();
  ASSERT_EQ(plan.size(), 2u);
  EXPECT_EQ(plan[0].to, id(2)) << "first what the client waits for";
  auto& events = std::get<read_events>(plan[0].what);
  EXPECT_EQ(events.after, 7u);
  EXPECT_EQ(events.limit, 20u);
  EXPECT_TRUE(std::holds_alternative<summarise>(plan[1].what));
  sync_pager unknown{{id(1), id(2)}, {{}, 20, {}}};
  for (auto& each : unknown.next())
    EXPECT_FALSE(std::get<read_events>(each.what).after);
}

TEST(listing_test, asks_for_no_more_than_a_sync_has_room_for) {
  std::vector<conversation_id> own;
  for (int i = 0; i < 1000; ++i)
    own.push_back(id(i));
  sync_pager pager{own, {{}, 200, {}}};
  std::size_t asked = 0;
  while (answer_next(pager, 25, 8000, &asked))
    EXPECT_LE(asked, 16u) << "what is held at once is bounded";
  auto all = pager.finish();
  EXPECT_EQ(all.asked, asked);
  ASSERT_EQ(all.pages.size(), own.size());
  std::size_t bytes = 0;
  for (auto& page : all.pages) {
    for (auto& e : page.events)
      bytes += weight(e);
    EXPECT_TRUE(page.has_more || page.events.size() == 25u);
  }
  EXPECT_LE(bytes, limits::sync_bytes_max);
  EXPECT_GT(bytes, limits::sync_bytes_max / 2);
  EXPECT_FALSE(all.pages[0].has_more);
  EXPECT_TRUE(all.pages[999].events.empty());
  EXPECT_TRUE(all.cursor.empty());
}

TEST(listing_test, shows_one_event_however_large) {
  sync_pager pager{{id(1)}, {{}, 200, {}}};
  answer_next(pager, 2, limits::sync_bytes_max);
  auto all = pager.finish();
  ASSERT_EQ(all.pages.size(), 1u);
  EXPECT_EQ(all.pages[0].events.size(), 1u);
  EXPECT_TRUE(all.pages[0].has_more);
}

TEST(listing_test, drops_pages_without_events) {
  sync_pager pager{{id(1), id(2)}, {{}, 200, {}}};
  while (answer_next(pager, 0, 0)) {
  }
  EXPECT_TRUE(pager.finish().pages.empty());
}

TEST(listing_test, comes_through_more_conversations_than_an_answer_holds) {
  std::vector<conversation_id> own;
  for (int i = 0; i < 7000; ++i)
    own.push_back(id(i));
  std::set<conversation_id> named;
  sync wish{positions{}, 50, {}};
  for (auto more = true; more;) {
    sync_pager pager{own, wish};
    while (answer_next(pager, 0, 100)) {
    }
    auto all = pager.finish();
    EXPECT_LE(all.pages.size(), limits::sync_pages_max);
    std::size_t bytes = 0;
    for (auto& c : all.fresh) {
      bytes += weight(c);
      EXPECT_TRUE(named.insert(c.id).second);
    }
    EXPECT_LE(bytes, limits::sync_bytes_max);
    for (auto& page : all.pages)
      EXPECT_TRUE(named.insert(page.conversation).second);
    wish.after = all.cursor;
    more = !all.cursor.empty();
  }
  EXPECT_EQ(named.size(), own.size());
}

TEST(listing_test, keeps_of_a_list_what_its_page_shows) {
  auto pager = *list_pager::begin({200, {}});
  for (int i = 0; i < 500; ++i) {
    auto c = summary(i, i);
    auto heavy = text_of(8192);
    heavy.content.text = std::string(8192, '\x01');
    c.last_message = std::move(heavy);
    pager.add(std::move(c));
  }
  auto page = pager.finish();
  std::size_t bytes = 0;
  for (auto& c : page.conversations)
    bytes += weight(c);
  EXPECT_GE(page.conversations.size(), 4u);
  EXPECT_LE(bytes, limits::page_bytes_max);
  EXPECT_EQ(page.conversations.front().last_ts, 499);
  EXPECT_FALSE(page.cursor.empty());
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
