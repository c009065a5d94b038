#include "cli/command.hpp"
#include "cli/node_names.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <memory>

namespace parley::cli {

namespace json = boost::json;

namespace {

using lines = std::vector<std::vector<std::string>>;

std::string names_in(const json::value& found, std::string_view list) {
  std::string out;
  for (const auto& each : list_in(found, list))
    out += (out.empty() ? "" : " ") + cell(each);
  return out.empty() ? "-" : out;
}

/// Whether every node can be reached, and every shard has its owner and its
/// replicas.
bool is_whole(const json::value& found) {
  return number(found, "without_owner") == 0
         && number(found, "under_replicated") == 0
         && list_in(found, "unreachable").empty();
}

void show_status(const json::value& found) {
  auto name = text(found, "name");
  auto owner = text(found, "map_owner");
  std::cout << sheet({
    {"cluster", name.empty() ? "- (one node by itself)" : name},
    {"id", text(found, "id")},
    {"nodes up", text(found, "nodes_up") + " of " + text(found, "nodes")},
    {"unreachable", names_in(found, "unreachable")},
    {"map owner", owner == "0" ? "-" : "node " + owner},
    {"shards", text(found, "shards")},
    {"replicas of each", text(found, "replicas_wanted")},
    {"without owner", text(found, "without_owner")},
    {"moving", text(found, "moving")},
    {"under-replicated", text(found, "under_replicated")},
  });
}

void show_map(const json::value& found) {
  node_names names{found};
  lines rows{{"SHARD", "OWNER", "MEMBERS", "MOVING FROM"}};
  for (const auto& each : list_in(found, "shards"))
    rows.push_back({text(each, "shard"), names.of(member(each, "owner")),
                    names.all_of(member(each, "members")),
                    names.all_of(member(each, "before"))});
  std::cout << table(rows);
}

void show_moves(const json::value& found, const char* what) {
  node_names names{found};
  lines rows{{"SHARD", "FROM", "TO"}};
  for (const auto& each : list_in(found, what))
    rows.push_back({text(each, "shard"), names.all_of(member(each, "before")),
                    names.all_of(member(each, "members"))});
  std::cout << table(rows);
}

void show_rebalance(const json::value& found, bool dry_run) {
  auto moving = !list_in(found, "moving").empty();
  std::cout << (moving ? "moving now:\n" : "nothing is moving\n");
  if (moving)
    show_moves(found, "moving");
  auto next = list_in(found, "next").size();
  if (dry_run) {
    std::cout << (next > 0 ? "would move after that:\n"
                           : "nothing has to be moved after that\n");
    if (next > 0)
      show_moves(found, "next");
    return;
  }
  std::cout << "The cluster evens itself out, a few shards at a time; " << next
            << " to come.\n";
}

} // namespace

void add_cluster(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("cluster", "See how the cluster is");
  group->require_subcommand(1);
  auto* status = group->add_subcommand(
    "status", "Count nodes that are up, and shards that lack something. Ends "
              "with 1 while a node is unreachable, or a shard is without an "
              "owner or under-replicated");
  status->callback([&with] {
    with.run = [&with] {
      auto answer = with.fetch("cluster.status", {});
      if (!answer)
        return with.fail(answer.error());
      if (with.json)
        std::cout << *answer << '\n';
      else
        show_status(*answer);
      return is_whole(*answer) ? int{exit_ok} : int{exit_refused};
    };
  });
  auto* map
    = group->add_subcommand("map", "List the shards, their owners and members");
  map->callback([&with] {
    with.run = [&with] { return with.ask("cluster.map", {}, show_map); };
  });
  auto dry_run = std::make_shared<bool>(false);
  auto* rebalance = group->add_subcommand(
    "rebalance", "Show what is being moved; nodes even out by themselves");
  rebalance->add_flag("--dry-run", *dry_run,
                      "Show what would be moved, shard by shard, until all "
                      "nodes have about as much");
  rebalance->callback([&with, dry_run] {
    with.run = [&with, dry_run] {
      return with.ask("cluster.rebalance", {},
                      [dry_run](const json::value& found) {
                        show_rebalance(found, *dry_run);
                      });
    };
  });
  add_verify(*group, with);
}

} // namespace parley::cli
