#include "net/rpc/method_table.hpp"
#include "net/rpc/print.hpp"
#include "net/rpc/session_params.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace parley::net::rpc {
namespace {

namespace json = boost::json;

json::value load() {
  std::ifstream file{PARLEY_SOURCE_DIR "/docs/openrpc.json"};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  json::error_code ec;
  auto out = json::parse(bytes, ec);
  EXPECT_FALSE(ec);
  return out;
}

const json::array& described_methods() {
  static const auto document = load();
  return document.at("methods").as_array();
}

std::string text(const json::value& from) {
  const auto& string = from.as_string();
  return {string.data(), string.size()};
}

// A value that the parameter of that name takes in every method.
json::value example(const method& of, const std::string& name) {
  if (of.name == "signal.send" && name == "kind")
    return "ring";
  const json::object all{
    {"conversation", "m.00000000000000000000000001"},
    {"to", "bob"},
    {"user", "bob"},
    {"users", {"bob"}},
    {"members", {"bob"}},
    {"mentions", {"bob"}},
    {"members_after", "bob"},
    {"client_id", "1"},
    {"text", "x"},
    {"type", "text"},
    {"attachments", json::array{json::object{{"a", 1}}}},
    {"seq", 1},
    {"reply_to", 1},
    {"before", 1},
    {"after", 1},
    {"limit", 1},
    {"members_limit", 1},
    {"cursor", "c"},
    {"emoji", ":x:"},
    {"remove", true},
    {"on", true},
    {"kind", "group"},
    {"title", "t"},
    {"public", true},
    {"role", "admin"},
    {"until_ts", 1},
    {"conversations", {{"m.00000000000000000000000001", 1}}},
    {"status", "away"},
    {"display_name", "d"},
    {"avatar", "a"},
    {"prefix", "bo"},
    {"self", json::object{}},
    {"reason", "spam"},
    {"seqs", {1}},
    {"token", "t"},
    {"device_id", "d"},
  };
  return all.at(name);
}

// What is wrong with the params, if anything, as the method sees it.
result<void> check(const method& called, const json::object& params) {
  if (called.prepare != nullptr) {
    auto made = called.prepare(params, {user_id{"alice"}, false, 2, 1, 1});
    return made ? result<void>{} : made.error();
  }
  if (called.name == "session.open") {
    auto made = read_open(params);
    return made ? result<void>{} : made.error();
  }
  if (called.name == "presence.unwatch") {
    auto made = read_unwatch(params);
    return made ? result<void>{} : made.error();
  }
  return {};
}

TEST(openrpc_test, describes_the_methods_there_are) {
  std::set<std::string> described;
  for (const auto& each : described_methods())
    EXPECT_TRUE(described.insert(text(each.at("name"))).second);
  std::set<std::string> known;
  for (const auto& each : methods())
    known.emplace(each.name);
  EXPECT_EQ(described, known);
}

TEST(openrpc_test, requires_the_params_that_the_methods_require) {
  for (const auto& each : described_methods()) {
    const auto* called = find_method(text(each.at("name")));
    ASSERT_NE(called, nullptr);
    json::object required;
    for (const auto& param : each.at("params").as_array())
      if (param.at("required").as_bool())
        required[text(param.at("name"))]
          = example(*called, text(param.at("name")));
    for (const auto& [name, value] : required) {
      auto less = required;
      less.erase(name);
      auto checked = check(*called, less);
      ASSERT_FALSE(checked) << called->name << " without " << name;
      if (called->name != "message.send") {
        EXPECT_EQ(checked.error().field, std::string{name}) << called->name;
      }
    }
    if (each.as_object().contains("description"))
      continue;
    auto checked = check(*called, required);
    EXPECT_TRUE(checked || called->name == "message.send")
      << called->name << ": " << checked.error().field;
  }
}

TEST(openrpc_test, every_param_described_is_read) {
  for (const auto& each : described_methods()) {
    const auto* called = find_method(text(each.at("name")));
    for (const auto& param : each.at("params").as_array()) {
      if (param.at("schema").as_object().empty())
        continue; // takes any value
      json::object params;
      for (const auto& other : each.at("params").as_array())
        if (other.at("required").as_bool())
          params[text(other.at("name"))]
            = example(*called, text(other.at("name")));
      auto name = text(param.at("name"));
      // No parameter of any method may be a list of lists. (With braces, g++
      // and clang make different things of it.)
      params[name] = json::array(1, json::array());
      if (called->name == "message.send" && name != "to")
        params.insert({{"to", "bob"}});
      auto checked = check(*called, params);
      ASSERT_FALSE(checked) << called->name << " " << name;
      EXPECT_TRUE(checked.error().field == name
                  || called->name == "message.send")
        << called->name << " " << name << " " << checked.error().field;
    }
  }
}

TEST(openrpc_test, errors_have_the_codes_and_names_of_the_wire) {
  auto document = load();
  const auto& errors = document.at("components").at("errors").as_object();
  std::set<std::pair<std::int64_t, std::string>> known;
  for (int code = 1; code <= 15; ++code) {
    auto wire = wire_code_of(static_cast<errc>(code));
    known.emplace(wire.code, wire.name);
  }
  for (const auto& [name, each] : errors)
    EXPECT_TRUE(
      known.contains({each.at("code").as_int64(), text(each.at("message"))}))
      << name;
}

TEST(openrpc_test, every_reference_leads_somewhere) {
  std::ifstream file{PARLEY_SOURCE_DIR "/docs/openrpc.json"};
  std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  auto document = load();
  const std::string mark = "\"#/components/";
  for (auto at = bytes.find(mark); at != std::string::npos;
       at = bytes.find(mark, at + 1)) {
    auto path = bytes.substr(at + 2, bytes.find('"', at + 1) - at - 2);
    json::error_code ec;
    EXPECT_NE(document.find_pointer(path, ec), nullptr) << path;
  }
}

} // namespace
} // namespace parley::net::rpc
