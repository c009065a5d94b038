#include "cli/command.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace parley::cli {

namespace json = boost::json;

namespace {

struct remove_arguments {
  std::string node;
  bool force = false;
  bool yes = false;
};

/// On standard error, so that standard output stays what scripts read.
void show_cost(const json::value& cost) {
  auto lost = list_in(cost, "without_majority").size();
  std::cerr << text(cost, "name") << " is " << text(cost, "state") << ", leads "
            << text(cost, "leads") << " shards and has "
            << text(cost, "replicas") << " replicas.\n";
  if (member(cost, "safe") == true) {
    std::cerr
      << "Nothing is lost: the others have a majority of every shard.\n";
    return;
  }
  std::cerr << text(cost, "why") << ".\n";
  if (lost > 0)
    std::cerr << "LOST FOR GOOD: " << lost
              << " shards would be left without a majority of their replicas, "
                 "and what they hold could not be read or written again.\n";
  if (member(cost, "map_without_majority") == true)
    std::cerr << "LOST FOR GOOD: the cluster map would be left without a "
                 "majority, and the cluster could not be changed again.\n";
}

/// Whether whoever is there types the node's name.
bool is_confirmed(const std::string& name) {
  std::cerr << "Type the node's name to remove it: " << std::flush;
  std::string typed;
  return std::getline(std::cin, typed) && typed == name;
}

int remove(const session& with, const remove_arguments& args) {
  json::object wish{{"node", args.node}};
  if (args.force) {
    auto cost = with.fetch("node.removal", {{"node", args.node}});
    if (!cost)
      return with.fail(cost.error());
    show_cost(*cost);
    if (!args.yes && !is_confirmed(text(*cost, "name")))
      return with.fail({errc::conflict, "not confirmed: nothing was removed"});
    wish["force"] = true;
  }
  return with.ask("node.remove", std::move(wish), [](const json::value& done) {
    std::cout << text(done, "name")
              << " is removed, and cannot come back with its data\n";
  });
}

} // namespace

void add_remove(CLI::App& nodes, session& with) {
  auto args = std::make_shared<remove_arguments>();
  auto* command = nodes.add_subcommand(
    "remove",
    "Remove a node for good. Its replicas are made anew on others. Refused "
    "while it is up and not drained, while shards move or lack replicas, and "
    "where a shard would be left without a majority");
  command->add_option("NODE", args->node, "The node's name or number")
    ->required();
  auto* force = command->add_flag(
    "--force", args->force,
    "Remove it all the same: shows what is lost, and asks for the node's name");
  command->add_flag("--yes", args->yes, "Do not ask")->needs(force);
  command->callback([&with, args] {
    with.run = [&with, args] { return remove(with, *args); };
  });
}

} // namespace parley::cli
