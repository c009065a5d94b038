#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

using lines = std::vector<std::vector<std::string>>;

// What qualifies the answer; people have to see it before the numbers.
void print_caveats(const json::value& found) {
  if (member(found, "shared") == false)
    std::cout << "no Redis is configured: this node only\n";
  if (member(found, "stale") == true)
    std::cout << "stale: some of it is not known now\n";
}

std::vector<json::value> nodes_of(const json::value& found) {
  const auto* all = member(found, "nodes").if_array();
  return all ? std::vector<json::value>{all->begin(), all->end()}
             : std::vector<json::value>{};
}

void show_user(const json::value& found) {
  print_caveats(found);
  std::string nodes;
  for (const auto& node : nodes_of(found))
    nodes += (nodes.empty() ? "" : " ") + cell(node);
  auto there = !nodes.empty();
  std::cout << sheet({
    {"user", text(found, "user")},
    {"status", text(found, "status")},
    {"nodes", there ? nodes : "-"},
    {"last_seen", there ? "now" : time_of_ms(number(found, "last_seen"))},
    {"stale", text(found, "stale")},
  });
}

void show_count(const json::value& found) {
  print_caveats(found);
  lines rows{{"NODE", "NAME", "USERS"}};
  std::int64_t users = 0;
  for (const auto& node : nodes_of(found)) {
    rows.push_back(
      {text(node, "node"), harmless(text(node, "name")), text(node, "users")});
    users += number(node, "users");
  }
  rows.push_back({"all", "", std::to_string(users)});
  std::cout << table(rows);
}

void show_top(const json::value& found, std::size_t limit) {
  print_caveats(found);
  auto nodes = nodes_of(found);
  std::stable_sort(nodes.begin(), nodes.end(), [](auto& a, auto& b) {
    return number(a, "sessions") > number(b, "sessions");
  });
  nodes.resize(std::min(nodes.size(), limit));
  lines rows{{"SESSIONS", "USERS", "NODE", "NAME", "SINCE", "STATE"}};
  for (const auto& node : nodes)
    rows.push_back({text(node, "sessions"), text(node, "users"),
                    text(node, "node"), harmless(text(node, "name")),
                    time_of_ms(number(node, "since")),
                    member(node, "asserting") == true ? "asserting" : "ready"});
  std::cout << table(rows);
}

} // namespace

void add_presence(CLI::App& app, session& with) {
  auto* group = app.add_subcommand(
    "presence", "See who is there, on all nodes where Redis is configured");
  group->require_subcommand(1);
  auto user = std::make_shared<std::string>();
  auto* show = group->add_subcommand(
    "show", "Show how a user is, on which nodes, and when it was last seen");
  show->add_option("ID", *user, "The user's handle")->required();
  show->callback([&with, user] {
    with.run = [&with, user] {
      return with.ask("presence.show", {{"user", *user}}, show_user);
    };
  });
  auto* count = group->add_subcommand(
    "count", "Count connected users by node. One who is on two nodes counts "
             "on both");
  count->callback([&with] {
    with.run = [&with] { return with.ask("presence.nodes", {}, show_count); };
  });
  auto limit = std::make_shared<std::size_t>(20);
  auto* top
    = group->add_subcommand("top", "List the nodes with the most sessions");
  top->add_option("-n,--limit", *limit, "How many (20)");
  top->callback([&with, limit] {
    with.run = [&with, limit] {
      return with.ask("presence.nodes", {}, [limit](const json::value& found) {
        show_top(found, *limit);
      });
    };
  });
}

} // namespace parley::cli
