#include "actors/type_ids.hpp"
#include "actors/wire/codec.hpp"
#include "actors/wire/wire.hpp"
#include "tests/support/encoding_gateway.hpp"
#include "tests/support/recording_gateway.hpp"
#include "tests/unit/wire/samples.hpp"

#include <gtest/gtest.h>

// What nodes of the next version, and of the one before, might send.
namespace parley::actors::wire {

struct next_envelope {
  std::uint32_t to_kind = 0;
  std::string to_name = {};
  reply_address reply_to = {};
  caller from = {};
  std::string trace = {};
};

template <>
inline constexpr auto fields_of<next_envelope> = [](auto& x) {
  return std::tie(x.to_kind, x.to_name, x.reply_to, x.from, x.trace);
};

struct next_edit {
  seq target = 0;
  std::string text = {};
  std::optional<std::vector<user_id>> mentions = {};
  std::vector<user_id> notified = {};
};

template <>
inline constexpr auto fields_of<next_edit> =
  [](auto& x) { return std::tie(x.target, x.text, x.mentions, x.notified); };

struct previous_edit {
  seq target = 0;
};

template <>
inline constexpr auto fields_of<previous_edit> =
  [](auto& x) { return std::tie(x.target); };

namespace {

constexpr std::uint32_t unknown = 9'999;

struct versions_test : testing::Test {
  /// A request of which the test adds the command.
  static writer request_to(std::uint32_t entity_kind) {
    writer out{kind::request};
    out(next_envelope{entity_kind, "d.2", call_address{2, 1, 1'000},
                      caller{user_id{"alice"}, 9, false}, "trace"});
    return out;
  }

  static constexpr auto conversation
    = static_cast<std::uint32_t>(cluster::entity_kind::conversation);

  /// Expects that the asker gets an answer that tells it to try again.
  static void expect_refused(const std::string& bytes) {
    auto got = decode(bytes, received_us);
    ASSERT_TRUE(got);
    auto* answer = std::get_if<refused>(&*got);
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<call_address>(answer->to).call, 1'000u);
    EXPECT_EQ(answer->why.code, errc::unavailable);
  }

  static edit_message expect_edit(const std::string& bytes) {
    auto got = decode(bytes, received_us);
    if (!got || !std::holds_alternative<routed>(*got))
      return {};
    auto& what = std::get<routed>(*got).what;
    return std::get<edit_message>(what.get_as<conversation_request>(0).body);
  }

  test::recording_gateway local;
};

TEST_F(versions_test, a_newer_command_s_further_fields_are_passed_over) {
  auto out = request_to(conversation);
  out(number_of<edit_message>);
  out(next_edit{7, "x", {}, {user_id{"bob"}}});
  out(std::string{"more"});
  auto read = expect_edit(out.take());
  EXPECT_EQ(read.target, 7u);
  EXPECT_EQ(read.text, "x");
}

TEST_F(versions_test, an_older_command_s_absent_fields_are_the_defaults) {
  auto out = request_to(conversation);
  out(number_of<edit_message>);
  out(previous_edit{7});
  auto read = expect_edit(out.take());
  EXPECT_EQ(read.target, 7u);
  EXPECT_EQ(read.text, "");
}

TEST_F(versions_test, an_unknown_command_is_refused_to_the_asker) {
  auto out = request_to(conversation);
  out(unknown);
  out(next_edit{});
  expect_refused(out.take());
}

TEST_F(versions_test, an_unknown_kind_of_entity_is_refused_to_the_asker) {
  for (auto entity_kind : {0u, 9u, 258u}) {
    auto out = request_to(entity_kind);
    out(number_of<edit_message>);
    out(next_edit{});
    expect_refused(out.take());
  }
}

TEST_F(versions_test, an_unknown_value_in_a_command_is_refused_to_the_asker) {
  auto out = request_to(static_cast<std::uint32_t>(cluster::entity_kind::user));
  out(number_of<set_presence>);
  out.sized([&] { out(std::uint64_t{5}); });
  expect_refused(out.take());
}

TEST_F(versions_test, an_unknown_answer_reaches_the_call_as_an_error) {
  writer out{kind::answer};
  out(call_address{2, 1, 1'000});
  out.sized([&] {
    out(true);
    out(unknown);
    out(next_edit{});
  });
  out(std::string{"more"});
  ASSERT_TRUE(decode_into(out.take(), local));
  ASSERT_TRUE(local.answered(1'000));
  EXPECT_EQ(local.await(1'000)->error().code, errc::unavailable);
}

TEST_F(versions_test, an_unknown_response_reaches_the_entity_as_an_error) {
  auto asker = cluster::key_of(user_id{"alice"});
  writer out{kind::response};
  out(asker);
  out.sized([&] {
    out(std::uint64_t{7});
    out.sized([&] {
      out(true);
      out(unknown);
      out(next_edit{});
    });
  });
  auto got = decode(out.take(), received_us);
  ASSERT_TRUE(got);
  auto& one = std::get<routed>(*got);
  EXPECT_EQ(one.to, asker);
  auto& what = one.what.get_as<response>(0);
  EXPECT_EQ(what.token, 7u);
  EXPECT_EQ(what.what.error().code, errc::unavailable);
}

TEST_F(versions_test, an_error_code_of_a_newer_node_stays_what_it_is) {
  auto code = static_cast<errc>(200);
  ASSERT_TRUE(
    decode_into(encode(call_address{2, 1, 1'000}, error{code}), local));
  EXPECT_EQ(local.await(1'000)->error().code, code);
}

TEST_F(versions_test, a_newer_publication_s_further_fields_are_passed_over) {
  auto known = encode(publication_of(events()[0]));
  test::encoding_gateway copy;
  ASSERT_TRUE(decode_into(known + "more", copy));
  EXPECT_EQ(copy.said.front(), known);
}

TEST_F(versions_test, an_unknown_event_is_told_to_nobody) {
  writer out{kind::publication};
  out(conversation_id{"d.2"});
  out(unknown);
  out(next_edit{});
  EXPECT_EQ(decode_into(out.take(), local).error().code, errc::corrupt);
  EXPECT_TRUE(local.entries().empty());
}

TEST_F(versions_test, an_unknown_kind_of_bytes_is_no_message) {
  std::string bytes(40, '\x7F');
  EXPECT_EQ(decode(bytes, received_us).error().code, errc::corrupt);
  EXPECT_EQ(decode_into(bytes, local).error().code, errc::corrupt);
  EXPECT_EQ(decode("", received_us).error().code, errc::corrupt);
  EXPECT_EQ(decode_into("", local).error().code, errc::corrupt);
}

} // namespace
} // namespace parley::actors::wire
