#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdio>
#include <iostream>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string link_of(const json::value& node) {
  if (member(node, "self") == true)
    return "self";
  return member(node, "up") == true ? "up" : "down";
}

std::string round_trip_of(const json::value& node) {
  auto us = number(node, "round_trip_us");
  if (us == 0 || member(node, "up") != true)
    return "-";
  char out[32];
  std::snprintf(out, sizeof out, "%.2f", static_cast<double>(us) / 1000);
  return out;
}

void show_nodes(const json::value& found) {
  std::vector<std::vector<std::string>> rows{
    {"ID", "NAME", "ZONE", "STATE", "LINK", "RTT ms", "LEADS", "REPLICAS",
     "SESSIONS", "ADDRESS", "CLIENT"}};
  if (const auto* all = member(found, "nodes").if_array())
    for (const auto& each : *all)
      rows.push_back({text(each, "id"), text(each, "name"),
                      or_dash(text(each, "zone")), text(each, "state"),
                      link_of(each), round_trip_of(each), text(each, "leads"),
                      text(each, "replicas"), or_dash(text(each, "sessions")),
                      or_dash(text(each, "address")),
                      or_dash(text(each, "client"))});
  std::cout << table(rows);
}

void add_change(CLI::App* group, session& with, const char* name,
                const char* about, const char* outcome) {
  auto node = std::make_shared<std::string>();
  auto* command = group->add_subcommand(name, about);
  command->add_option("NODE", *node, "The node's name or number")->required();
  command->callback([&with, node, name, outcome] {
    with.run = [&with, node, name, outcome] {
      return with.ask("node." + std::string{name}, {{"node", *node}},
                      [outcome](const json::value& done) {
                        std::cout << text(done, "name") << ' ' << outcome
                                  << '\n';
                      });
    };
  });
}

} // namespace

void add_node(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("node", "Look after the cluster's nodes");
  group->require_subcommand(1);
  auto* list = group->add_subcommand(
    "list", "List the nodes, and what this one knows of the way to the others");
  list->callback([&with] {
    with.run = [&with] { return with.ask("node.list", {}, show_nodes); };
  });
  add_drain(*group, with);
  add_change(group, with, "undrain",
             "Let a drained node lead and take sessions again, or end draining",
             "is up again");
  add_remove(*group, with);
  auto node = std::make_shared<std::string>();
  auto zone = std::make_shared<std::string>();
  auto* command = group->add_subcommand(
    "zone", "Say where a node is. Replicas are kept in different zones where "
            "there are enough");
  command->add_option("NODE", *node, "The node's name or number")->required();
  command->add_option("ZONE", *zone, "Any name")->required();
  command->callback([&with, node, zone] {
    with.run = [&with, node, zone] {
      return with.ask("node.zone", {{"node", *node}, {"zone", *zone}},
                      [zone](const json::value& done) {
                        std::cout << text(done, "name") << " is in zone "
                                  << harmless(*zone) << '\n';
                      });
    };
  });
}

} // namespace parley::cli
