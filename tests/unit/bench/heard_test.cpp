#include "bench/load/heard.hpp"

#include <gtest/gtest.h>

namespace parley::bench {
namespace {

TEST(heard_test, reads_the_answer_of_a_send) {
  heard got;
  ASSERT_TRUE(read_heard(
    R"({"jsonrpc":"2.0","id":33,"result":{"conversation":"d.x","seq":5,)"
    R"("ts":1795000000000,"duplicate":true}})",
    got));
  EXPECT_EQ(got.id, 33u);
  EXPECT_EQ(got.error_code, 0);
  EXPECT_TRUE(got.duplicate);
  ASSERT_EQ(got.entries.size(), 1u);
  EXPECT_EQ(got.entries[0].seq, 5u);
}

TEST(heard_test, reads_an_event_and_whose_message_it_is) {
  heard got;
  ASSERT_TRUE(read_heard(
    R"({"jsonrpc":"2.0","method":"event.message","params":{"conversation":"d",)"
    R"("seq":9,"sender":"anna","client_id":"3.17.123456","ts":1,"type":"text",)"
    R"("text":"with \"seq\":4 in it"}})",
    got));
  EXPECT_FALSE(got.id);
  EXPECT_EQ(got.method, "event.message");
  ASSERT_EQ(got.entries.size(), 1u);
  EXPECT_EQ(got.entries[0].seq, 9u);
  EXPECT_EQ(got.entries[0].mark, (message_mark{3, 17, 123456}));
}

TEST(heard_test, reads_why_a_call_failed) {
  heard got;
  ASSERT_TRUE(read_heard(
    R"({"jsonrpc":"2.0","id":1,"error":{"code":503,"message":"unavailable",)"
    R"("data":{"detail":"no owner","retry_after_ms":250}}})",
    got));
  EXPECT_EQ(got.error_code, 503);
  EXPECT_EQ(got.detail, "no owner");
  EXPECT_EQ(got.retry_after_ms, 250u);
  ASSERT_TRUE(read_heard(R"({"id":1,"error":{"code":-32603}})", got));
  EXPECT_EQ(got.error_code, -32603);
  EXPECT_EQ(got.retry_after_ms, 0u);
}

TEST(heard_test, reads_all_positions_of_a_sync_in_order) {
  heard got;
  ASSERT_TRUE(read_heard(
    R"({"id":2,"result":{"conversations":[{"id":"d.x","events":[)"
    R"({"method":"event.conversation","params":{"seq":1,"change":"created"}},)"
    R"({"method":"event.message","params":{"seq":2,"client_id":"1.1.5"}}],)"
    R"("has_more":true}],"new":[]}})",
    got));
  EXPECT_TRUE(got.has_more);
  ASSERT_EQ(got.entries.size(), 2u);
  EXPECT_EQ(got.entries[0].seq, 1u);
  EXPECT_FALSE(got.entries[0].mark);
  EXPECT_EQ(got.entries[1].mark, (message_mark{1, 1, 5}));
  EXPECT_TRUE(got.method.empty());
}

TEST(heard_test, forgets_what_it_read_before) {
  heard got;
  read_heard(R"({"id":2,"error":{"code":503},"seq":3,"has_more":true})", got);
  ASSERT_TRUE(read_heard(R"({"method":"event.typing","params":{}})", got));
  EXPECT_FALSE(got.id);
  EXPECT_EQ(got.error_code, 0);
  EXPECT_FALSE(got.has_more);
  EXPECT_TRUE(got.entries.empty());
}

TEST(heard_test, says_what_is_no_json) {
  heard got;
  for (const auto* wrong : {"", "{", "{\"id\":1}}", "nonsense"})
    EXPECT_FALSE(read_heard(wrong, got)) << wrong;
  std::string deep;
  for (int i = 0; i < 1000; ++i)
    deep += "{\"a\":";
  EXPECT_FALSE(read_heard(deep, got));
}

TEST(message_mark_test, reads_what_it_writes_and_nothing_else) {
  message_mark mark{4'000'000'000, ~std::uint64_t{0}, 1};
  std::string text;
  append(text, mark);
  EXPECT_LE(text.size(), 64u);
  EXPECT_EQ(parse_mark(text), mark);
  for (const auto* wrong : {"", "1", "1.2", "1.2.", "1.2.3 ", "a.2.3", "7f3a",
                            "1.2.3.4", "99999999999.1.1"})
    EXPECT_FALSE(parse_mark(wrong)) << wrong;
}

} // namespace
} // namespace parley::bench
