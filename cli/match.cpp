#include "cli/output.hpp"
#include "cli/queue_commands.hpp"

#include <CLI/Validators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <map>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct arguments {
  std::string queue = "default";
  std::uint64_t since_s = 24 * 3600;
  std::uint64_t until_s = 0;
  std::uint32_t limit = 50;
};

void print(const json::value& found) {
  std::vector<std::vector<std::string>> rows{
    {"BEGAN", "LASTED S", "HOW", "BY", "REPORTED", "FIRST", "SECOND",
     "CONVERSATION", "FIRST SAID", "SECOND SAID"}};
  const auto& matches = member(found, "matches");
  const json::array none;
  for (const auto& x : matches.is_array() ? matches.get_array() : none) {
    auto began = number(x, "began");
    auto ended = number(x, "ended");
    auto is_over = ended != 0;
    rows.push_back({time_of_ms(began),
                    is_over ? std::to_string((ended - began) / 1000) : "-",
                    is_over ? text(x, "how") : "goes on",
                    is_over ? text(x, "by") : "-", cell(member(x, "reported")),
                    text(x, "first"), text(x, "second"),
                    text(x, "conversation"), harmless(text(x, "first_said")),
                    harmless(text(x, "second_said"))});
  }
  std::cout << table(rows);
  if (cell(member(found, "has_more")) == "true")
    std::cerr << "parleyctl: there are more; see --limit\n";
}

CLI::Option* add_age(CLI::App& to, const char* name, std::uint64_t& into,
                     const char* help) {
  return to.add_option(name, into, help)
    ->transform(CLI::AsNumberWithUnit(
      std::map<std::string, std::uint64_t>{
        {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}},
      CLI::AsNumberWithUnit::CASE_SENSITIVE, "DURATION"));
}

} // namespace

void add_match(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("match", "Look at who met whom");
  group->require_subcommand(1);
  auto given = std::make_shared<arguments>();
  auto* command = group->add_subcommand(
    "sessions", "List matches by when they began, those that go on included");
  command->add_option("--queue", given->queue, "Which queue (default)")
    ->take_last();
  add_age(*command, "--since", given->since_s,
          "How long ago the earliest began, such as 2h (24h)");
  add_age(*command, "--until", given->until_s,
          "How long ago the latest began, such as 1h (now)");
  command->add_option("--limit", given->limit, "How many (50, at most 1000)")
    ->take_last();
  command->callback([&with, given] {
    with.run = [&with, given] {
      json::object params{{"queue", given->queue},
                          {"from_ts", ms_before_now(given->since_s)},
                          {"limit", given->limit}};
      if (given->until_s > 0)
        params["to_ts"] = ms_before_now(given->until_s);
      return with.ask("match.sessions", std::move(params), print);
    };
  });
}

} // namespace parley::cli
