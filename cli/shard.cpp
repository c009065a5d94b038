#include "cli/command.hpp"
#include "cli/node_names.hpp"
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

void show_peers(const json::value& replica, const node_names& names) {
  const auto* peers = member(replica, "peers").if_array();
  if (!peers || peers->empty())
    return;
  lines rows{{"MEMBER", "ON DISK UPTO", "BEHIND", "AS"}};
  auto committed = number(replica, "committed");
  for (const auto& each : *peers) {
    auto behind = std::max<std::int64_t>(0, committed - number(each, "match"));
    std::string as = member(each, "learner") == true ? "learner" : "voter";
    if (member(each, "needs_snapshot") == true)
      as += ", gets the whole state";
    rows.push_back({names.of(member(each, "node")), text(each, "match"),
                    std::to_string(behind), as});
  }
  std::cout << '\n' << table(rows);
}

void show_shard(const json::value& found) {
  node_names names{found};
  lines rows{{"shard", text(found, "shard")},
             {"owner", names.of(member(found, "owner"))},
             {"members", names.all_of(member(found, "members"))}};
  if (member(found, "moving") == true)
    rows.push_back({"moving from", names.all_of(member(found, "before"))});
  const auto& replica = member(found, "replica");
  auto self = names.of(member(found, "self"));
  if (replica.is_null()) {
    std::cout << sheet(rows) << self << " has no replica of it\n";
    return;
  }
  rows.push_back({"on " + self,
                  text(replica, "role") + " of term " + text(replica, "term")});
  rows.push_back({"committed", text(replica, "committed")});
  rows.push_back({"applied", text(replica, "applied")});
  if (const auto* all = member(replica, "learners").if_array();
      all && !all->empty())
    rows.push_back({"learners", names.all_of(member(replica, "learners"))});
  std::cout << sheet(rows);
  show_peers(replica, names);
  if (member(found, "owner") != member(found, "self"))
    std::cout << "How far the members are knows the owner: ask there.\n";
}

void add_mend(CLI::App* group, session& with) {
  auto shard = std::make_shared<std::uint32_t>(0);
  auto node = std::make_shared<std::string>();
  auto* mend = group->add_subcommand(
    "mend", "Have a node's replica of the shard take the others' state");
  mend->add_option("N", *shard, "The shard's number, from 0")->required();
  mend->add_option("--node", *node, "The node that has the replica")
    ->required();
  mend->callback([&with, shard, node] {
    with.run = [&with, shard, node] {
      return with.ask("shard.mend", {{"shard", *shard}, {"node", *node}},
                      [shard, node](const json::value&) {
                        std::cout << harmless(*node)
                                  << " takes the others' state of shard "
                                  << *shard << '\n';
                      });
    };
  });
}

void show_dead_letters(const json::value& found) {
  lines rows{{"SHARD", "ENTITY", "SINCE", "BYTES", "REASON"}};
  if (const auto* all = member(found, "dead_letters").if_array())
    for (const auto& each : *all)
      rows.push_back({text(each, "shard"), text(each, "entity"),
                      text(each, "since"), text(each, "bytes"),
                      text(each, "reason")});
  std::cout << table(rows);
}

void add_dead_letters(CLI::App* group, session& with) {
  auto limit = std::make_shared<std::uint32_t>(50);
  auto* list = group->add_subcommand(
    "dead-letters", "List outbox rows of this node's shards that could not be "
                    "carried out and were set aside");
  list->add_option("-n,--limit", *limit, "How many (50, at most 10000)");
  list->callback([&with, limit] {
    with.run = [&with, limit] {
      return with.ask("dead_letter.list", {{"limit", *limit}},
                      show_dead_letters);
    };
  });
}

struct move_arguments {
  std::uint32_t shard = 0;
  std::string from;
  std::string to;
};

} // namespace

void add_shard(CLI::App& app, session& with) {
  auto* group = app.add_subcommand("shard", "Look at a shard, and move it");
  group->require_subcommand(1);
  auto shard = std::make_shared<std::uint32_t>(0);
  auto* show = group->add_subcommand(
    "show", "Show a shard's members, its owner, and how far this node's "
            "replica is; on the owner, how far all are");
  show->add_option("N", *shard, "The shard's number, from 0")->required();
  show->callback([&with, shard] {
    with.run = [&with, shard] {
      return with.ask("shard.show", {{"shard", *shard}}, show_shard);
    };
  });
  add_mend(group, with);
  add_dead_letters(group, with);
  auto what = std::make_shared<move_arguments>();
  auto* move = group->add_subcommand(
    "move", "Move one of a shard's replicas to another node. Writing goes on");
  move->add_option("N", what->shard, "The shard's number, from 0")->required();
  move->add_option("--from", what->from, "The node that has it")->required();
  move->add_option("--to", what->to, "The node that is to have it")->required();
  move->callback([&with, what] {
    with.run = [&with, what] {
      return with.ask(
        "shard.move",
        {{"shard", what->shard}, {"from", what->from}, {"to", what->to}},
        [what](const json::value&) {
          std::cout << "shard " << what->shard << " moves from "
                    << harmless(what->from) << " to " << harmless(what->to)
                    << "; `parleyctl shard show " << what->shard
                    << "` says how far it is\n";
        });
    };
  });
}

} // namespace parley::cli
