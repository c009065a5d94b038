#include "net/rpc/method_table.hpp"
#include "net/rpc/print.hpp"
#include "net/rpc/results.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace parley::net::rpc {
namespace {

namespace json = boost::json;

template <class Command>
Command prepared(std::string_view name, std::string_view params) {
  auto object = json::parse({params.data(), params.size()}).as_object();
  auto made
    = find_method(name)->prepare(object, {user_id{"alice"}, true, 5, 1, 2});
  EXPECT_TRUE(made) << name;
  EXPECT_EQ(made->entity, cluster::key_of(user_id{"alice"}));
  return std::get<Command>(std::get<actors::user_command>(made->command));
}

json::value said(const std::string& text) {
  return json::parse(text);
}

TEST(match_rpc_test, enqueue_says_who_one_is_and_whom_one_wants) {
  auto what = prepared<actors::seek_match>(
    "match.enqueue",
    R"({"queue":"quick","self":{"age":25,"language":["en","de"]},
        "want":{"age":[20,30],"gender":null},"interests":["tea"],
        "widen":[{"after_ms":5000,"want":{"age":null}}],"give_up_ms":9000})");
  EXPECT_EQ(what.queue.view(), "quick");
  using value = parley::match::raw_value;
  EXPECT_EQ(what.said.self,
            (std::vector<value>{{"age", false, {}, {25}},
                                {"language", false, {"en", "de"}, {}}}));
  EXPECT_EQ(what.said.want, (std::vector<value>{{"age", false, {}, {20, 30}},
                                                {"gender", true, {}, {}}}));
  EXPECT_EQ(what.said.interests, (std::vector<std::string>{"tea"}));
  ASSERT_TRUE(what.said.widen);
  EXPECT_EQ(what.said.widen->at(0).after_ms, 5'000);
  EXPECT_TRUE(what.said.widen->at(0).want.at(0).any);
  EXPECT_EQ(what.said.give_up_ms, 9'000);
}

TEST(match_rpc_test, what_makes_no_sense_is_refused_with_the_field) {
  const std::pair<std::string_view, std::string_view> cases[] = {
    {"{}", "self"},
    {R"({"self":{"age":1.5}})", "self.age"},
    {R"({"self":{"age":[[]]}})", "self.age"},
    {R"({"self":{},"want":[]})", "want"},
    {R"({"self":{},"interests":[1]})", "interests"},
    {R"({"self":{},"widen":[{}]})", "widen[0].after_ms"},
    {R"({"self":{},"widen":[1]})", "widen"},
    {R"({"self":{},"queue":""})", "queue"},
  };
  for (auto [params, field] : cases) {
    auto made = find_method("match.enqueue")
                  ->prepare(said(std::string{params}).as_object(),
                            {user_id{"alice"}, true, 5, 1, 2});
    ASSERT_FALSE(made) << params;
    EXPECT_EQ(made.error().field, field) << params;
  }
}

TEST(match_rpc_test, what_is_not_said_is_left_to_the_queue) {
  auto what = prepared<actors::seek_match>("match.enqueue", R"({"self":{}})");
  EXPECT_EQ(what.queue.view(), "default");
  EXPECT_FALSE(what.said.widen);
  EXPECT_FALSE(what.said.give_up_ms);
  EXPECT_EQ(prepared<actors::quit_match>("match.next", "{}").how,
            actors::quitting::next);
  EXPECT_EQ(prepared<actors::quit_match>("match.leave", "{}").how,
            actors::quitting::leave);
}

TEST(match_rpc_test, events_have_what_belongs_to_their_state) {
  actors::match_event what;
  what.conversation = conversation_id{"m.00000000000000000000000001"};
  what.partner = user_id{"bob"};
  what.partner_name = "Bob";
  what.shared = {"tea"};
  what.why = 2;
  auto params = [&] { return said(notification(what)).at("params"); };
  EXPECT_EQ(params(), said(R"({"state":"found",
    "conversation":"m.00000000000000000000000001","partner":{"id":"bob",
    "display_name":"Bob","shared_interests":["tea"]},"polite":false})"));
  what.what = actors::match_event::state::ended;
  EXPECT_EQ(params(), said(R"({"state":"ended",
    "conversation":"m.00000000000000000000000001","reason":"next"})"));
  what.what = actors::match_event::state::expired;
  what.conversation = {};
  EXPECT_EQ(params(), said(R"({"state":"expired"})"));
}

TEST(match_rpc_test, an_answer_says_how_long_it_takes_where_that_is_known) {
  std::string out;
  write_enqueued(out, actors::enqueued{7, 3, -1, -1});
  EXPECT_EQ(said(out), said(R"({"ticket":7,"waiting":3})"));
  out.clear();
  write_enqueued(out, actors::enqueued{8, 4, 10, 20});
  EXPECT_EQ(said(out), said(R"({"ticket":8,"waiting":4,
    "expected_wait_ms":{"p50":10,"p90":20}})"));
}

} // namespace
} // namespace parley::net::rpc
