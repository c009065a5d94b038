#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct conversation_arguments {
  std::string id;
  std::uint32_t limit = 0;
  bool follow = false;
};

using arguments = std::shared_ptr<conversation_arguments>;

void show_members(const json::value& found) {
  std::vector<std::vector<std::string>> rows{
    {"MEMBER", "ROLE", "JOINED", "READ", "DELIVERED"}};
  for (const auto& each : list_in(found, "members"))
    rows.push_back({text(each, "user"), text(each, "role"),
                    time_of_ms(number(each, "joined_at")),
                    text(each, "read_seq"), text(each, "delivered_seq")});
  std::cout << '\n' << table(rows);
  if (!member(found, "members_cursor").is_null())
    std::cout << "… and more: --limit shows up to 1000\n";
}

void show(const json::value& found) {
  const auto& what = member(found, "conversation");
  std::cout << sheet({
    {"conversation", text(what, "id")},
    {"kind", text(what, "kind")},
    {"title", text(what, "title")},
    {"public", text(what, "public")},
    {"created", time_of_ms(number(what, "created_at"))},
    {"last_seq", text(what, "last_seq")},
    {"members", text(what, "member_count")},
  });
  show_members(found);
}

// What an event says besides where, who and when.
std::string gist(const json::value& params) {
  std::string out;
  for (const auto* name : {"text", "change", "target", "emoji", "title"}) {
    auto part = text(params, name);
    if (part.empty())
      continue;
    out.append(out.empty() ? "" : "  ");
    if (name != std::string_view{"text"})
      out.append(name).append("=");
    out.append(part);
  }
  return member(params, "deleted") == true ? "(deleted)" : out;
}

void print_event(const json::value& event) {
  const auto& params = member(event, "params");
  auto by = text(params, "sender");
  if (by.empty())
    by = text(params, "by");
  auto ts = number(params, "ts");
  if (ts == 0)
    ts = number(params, "edited_ts");
  auto name = text(event, "method");
  std::cout << table({{text(params, "seq"), time_of_ms(ts), by,
                       name.substr(name.find('.') + 1), gist(params)}});
}

// Prints the events and returns the position of the last, or `after`.
std::int64_t print_events(const session& with, const json::value& page,
                          std::int64_t after) {
  for (const auto& event : list_in(page, "events")) {
    if (with.json)
      std::cout << event << '\n';
    else
      print_event(event);
    after = number(member(event, "params"), "seq");
  }
  std::cout.flush();
  return after;
}

int tail(const session& with, const conversation_arguments& given) {
  json::object params{{"conversation", given.id}, {"limit", given.limit}};
  auto page = with.fetch("conversation.tail", params);
  if (!page)
    return with.fail(page.error());
  auto after = print_events(with, *page, 0);
  while (given.follow) {
    if (member(*page, "has_more") != true)
      std::this_thread::sleep_for(std::chrono::seconds{1});
    params["after"] = after;
    page = with.fetch("conversation.tail", params);
    if (!page)
      return with.fail(page.error());
    after = print_events(with, *page, after);
  }
  return exit_ok;
}

} // namespace

void add_conversation(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("conversation", "Look into a conversation");
  group->require_subcommand(1);
  auto given = std::make_shared<conversation_arguments>();
  auto add = [&](const char* name, const char* help, const char* limit_help,
                 std::uint32_t standard, std::function<int()> run) {
    auto* command = group->add_subcommand(name, help);
    command->add_option("ID", given->id, "The conversation's id")->required();
    command->add_option("-n,--limit", given->limit, limit_help);
    command->callback([&with, given, standard, run = std::move(run)] {
      if (given->limit == 0)
        given->limit = standard;
      with.run = run;
    });
    return command;
  };
  add("show", "Show what it is and who is in it",
      "Members shown (50, at most 1000)", 50, [&with, given] {
        return with.ask(
          "conversation.show",
          {{"conversation", given->id}, {"members_limit", given->limit}}, show);
      });
  auto* command
    = add("tail", "Print its last events, one a line; JSON lines with --json",
          "Events shown (20, at most 200)", 20,
          [&with, given] { return tail(with, *given); });
  command->add_flag("-f,--follow", given->follow,
                    "Go on with what comes, until interrupted");
}

} // namespace parley::cli
