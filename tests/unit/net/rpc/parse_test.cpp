#include "base/limits.hpp"
#include "net/rpc/parse.hpp"

#include <gtest/gtest.h>

namespace parley::net::rpc {
namespace {

constexpr std::uint32_t depth = 32;

result<request_frame> parse(std::string_view bytes) {
  return parse_frame(bytes, depth);
}

errc fault_of(const result<request_frame>& frame) {
  if (!frame)
    return frame.error().code;
  return frame->calls.at(0).fault.error().code;
}

std::string nested(std::size_t levels) {
  return R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"x":)"
         + std::string(levels, '[') + std::string(levels, ']') + "}}";
}

TEST(parse_test, reads_a_call) {
  auto frame = parse(
    R"({"jsonrpc":"2.0","id":7,"method":"session.ping","params":{"a":1}})");
  ASSERT_TRUE(frame);
  EXPECT_FALSE(frame->batch);
  ASSERT_EQ(frame->calls.size(), 1u);
  const auto& call = frame->calls[0];
  EXPECT_TRUE(call.fault);
  EXPECT_EQ(call.id, "7");
  EXPECT_EQ(call.method, "session.ping");
  EXPECT_EQ(call.params.at("a"), 1);
}

TEST(parse_test, keeps_ids_as_they_came) {
  for (std::string id : {"1", "-3", "\"a\\\"b\"", "null",
                         "18446744073709551615", "\"\xc3\xa9\""}) {
    auto frame = parse(R"({"jsonrpc":"2.0","method":"m","id":)" + id + "}");
    ASSERT_TRUE(frame) << id;
    EXPECT_EQ(frame->calls[0].id, id);
    EXPECT_TRUE(frame->calls[0].fault) << id;
  }
}

TEST(parse_test, a_call_without_id_is_a_notification) {
  auto frame = parse(R"({"jsonrpc":"2.0","method":"m"})");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->calls[0].id, "");
  EXPECT_TRUE(frame->calls[0].fault);
}

TEST(parse_test, params_may_be_absent_or_null) {
  for (auto text : {R"({"jsonrpc":"2.0","id":1,"method":"m"})",
                    R"({"jsonrpc":"2.0","id":1,"method":"m","params":null})"}) {
    auto frame = parse(text);
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->calls[0].fault);
    EXPECT_TRUE(frame->calls[0].params.empty());
  }
}

TEST(parse_test, refuses_what_is_no_json) {
  for (auto text : {"", " ", "{", "nope", "{\"a\":1}x", "'a'", "[1,]",
                    "{\"a\":\"\n\"}", "\"\\ud800\""})
    EXPECT_EQ(fault_of(parse(text)), errc::parse_error) << text;
}

TEST(parse_test, refuses_bytes_that_are_no_utf8) {
  for (std::string bytes : {"\xff", "\xc3\x28", "\xed\xa0\x80", "\xc0\xaf",
                            "\xf5\x80\x80\x80", "\xe2\x82"})
    EXPECT_EQ(
      fault_of(parse(R"({"jsonrpc":"2.0","id":1,"method":")" + bytes + "\"}")),
      errc::parse_error);
}

TEST(parse_test, refuses_what_is_nested_too_deep) {
  EXPECT_TRUE(parse(nested(depth - 2)));
  EXPECT_EQ(fault_of(parse(nested(depth - 1))), errc::parse_error);
  EXPECT_EQ(fault_of(parse(std::string(60'000, '['))), errc::parse_error);
}

TEST(parse_test, refuses_what_is_neither_object_nor_batch) {
  for (auto text : {"1", "\"a\"", "null", "true", "[]"})
    EXPECT_EQ(fault_of(parse(text)), errc::invalid_request) << text;
}

TEST(parse_test, a_call_that_is_no_request_is_answered_all_the_same) {
  for (auto text : {
         "{}",
         R"({"jsonrpc":"2.0"})",
         R"({"jsonrpc":"2.0","method":1})",
         R"({"jsonrpc":"1.0","method":"m"})",
         R"({"method":"m"})",
         R"({"jsonrpc":"2.0","method":"m","id":{}})",
         R"({"jsonrpc":"2.0","method":"m","id":true})",
         R"({"jsonrpc":"2.0","method":"m","params":"x"})",
         "[1]",
       }) {
    auto frame = parse(text);
    EXPECT_EQ(fault_of(frame), errc::invalid_request) << text;
    EXPECT_EQ(frame->calls[0].id, "null") << text;
  }
}

TEST(parse_test, a_faulty_call_keeps_its_id) {
  auto frame = parse(R"({"jsonrpc":"2.0","id":"x","method":[]})");
  EXPECT_EQ(fault_of(frame), errc::invalid_request);
  EXPECT_EQ(frame->calls[0].id, "\"x\"");
}

TEST(parse_test, positional_params_are_bad_params) {
  auto frame = parse(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1,2]})");
  EXPECT_EQ(fault_of(frame), errc::bad_params);
  EXPECT_EQ(frame->calls[0].fault.error().field, "params");
}

TEST(parse_test, a_long_id_is_no_id) {
  auto frame = parse(R"({"jsonrpc":"2.0","method":"m","id":")"
                     + std::string(limits::call_id_bytes_max, 'x') + "\"}");
  EXPECT_EQ(fault_of(frame), errc::invalid_request);
}

TEST(parse_test, an_id_that_json_can_not_express_is_no_id) {
  auto frame = parse(R"({"jsonrpc":"2.0","id":1e999,"method":"a"})");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->calls.at(0).id, "null");
  EXPECT_EQ(frame->calls.at(0).fault.error().code, errc::invalid_request);
}

TEST(parse_test, no_method_has_a_long_name) {
  auto frame = parse(R"({"jsonrpc":"2.0","id":1,"method":")"
                     + std::string(limits::method_bytes_max + 1, 'x') + "\"}");
  EXPECT_EQ(fault_of(frame), errc::method_not_found);
}

TEST(parse_test, reads_a_batch_call_by_call) {
  auto frame = parse(R"([{"jsonrpc":"2.0","id":1,"method":"a"},5,
                         {"jsonrpc":"2.0","method":"b"}])");
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->batch);
  ASSERT_EQ(frame->calls.size(), 3u);
  EXPECT_EQ(frame->calls[0].method, "a");
  EXPECT_EQ(frame->calls[1].fault.error().code, errc::invalid_request);
  EXPECT_EQ(frame->calls[2].id, "");
}

TEST(parse_test, a_batch_has_a_limit) {
  auto batch_of = [](std::size_t calls) {
    std::string text = "[";
    for (std::size_t i = 0; i < calls; ++i)
      text += R"({"jsonrpc":"2.0","id":1,"method":"m"},)";
    text.back() = ']';
    return text;
  };
  EXPECT_TRUE(parse(batch_of(limits::batch_calls_max)));
  EXPECT_EQ(fault_of(parse(batch_of(limits::batch_calls_max + 1))),
            errc::too_large);
}

} // namespace
} // namespace parley::net::rpc
