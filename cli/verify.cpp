#include "cli/command.hpp"
#include "cli/node_names.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace parley::cli {

namespace json = boost::json;

namespace {

using std::chrono::steady_clock;

constexpr auto look_every = std::chrono::milliseconds{50};
constexpr auto mended_every = std::chrono::milliseconds{500};

struct arguments {
  std::optional<std::uint32_t> shard;
  bool repair = false;
  std::uint32_t patience_s = 60;
};

/// Has one shard compared and waits for what comes of it.
result<json::value> compare(const session& with, std::uint64_t shard) {
  auto begun = with.fetch("shard.verify", {{"shard", shard}});
  if (!begun)
    return begun.error();
  for (;;) {
    auto report = with.fetch("shard.verified", {{"shard", shard}});
    if (!report || member(*report, "done") == true)
      return report;
    std::this_thread::sleep_for(look_every);
  }
}

std::vector<std::int64_t> nodes_at_fault(const json::value& report) {
  std::vector<std::int64_t> out;
  if (const auto* all = member(report, "replicas").if_array())
    for (const auto& each : *all)
      if (auto state = text(each, "state");
          state == "differs" || state == "damaged" || state == "lost")
        out.push_back(number(each, "node"));
  return out;
}

/// Whether all that is wrong is with a minority, so that the others know.
bool can_mend(const json::value& report) {
  const auto* all = member(report, "replicas").if_array();
  return all && !nodes_at_fault(report).empty()
         && 2 * nodes_at_fault(report).size() < all->size();
}

/// Has those at fault take the others' state, and compares until all is well
/// or it takes too long.
result<json::value> mend(const session& with, std::uint64_t shard,
                         json::value report, const arguments& how) {
  for (auto node : nodes_at_fault(report))
    if (auto told = with.fetch(
          "shard.mend", {{"shard", shard}, {"node", std::to_string(node)}});
        !told)
      return told.error();
  auto until = steady_clock::now() + std::chrono::seconds{how.patience_s};
  for (;;) {
    std::this_thread::sleep_for(mended_every);
    auto again = compare(with, shard);
    if (!again)
      return again.error();
    if (member(*again, "good") == true || steady_clock::now() >= until)
      return again;
  }
}

std::string in_words(const std::string& state) {
  if (state == "differs")
    return "differs from the others";
  if (state == "silent")
    return "does not answer";
  return "is " + state;
}

void show(const json::value& report, bool mended) {
  node_names names{report};
  auto shard = text(report, "shard");
  if (member(report, "good") == true) {
    if (mended)
      std::cout << "shard " << shard << ": repaired\n";
    return;
  }
  if (const auto* all = member(report, "replicas").if_array())
    for (const auto& each : *all)
      if (text(each, "state") != "equal")
        std::cout << "shard " << shard << ": " << names.of(member(each, "node"))
                  << ' ' << in_words(text(each, "state")) << '\n';
  const auto* differences = member(report, "differences").if_array();
  if (!differences)
    return;
  for (const auto& each : *differences) {
    auto to = text(each, "to");
    std::cout << "shard " << shard << ": "
              << names.all_of(member(each, "nodes"))
              << (member(each, "decided") == true ? " differs" : " disagree")
              << " from '" << text(each, "from") << "' to "
              << (to.empty() ? "the end" : "'" + to + "'") << '\n';
  }
}

result<std::vector<std::uint64_t>> shards_of(const session& with,
                                             const arguments& how) {
  if (how.shard)
    return std::vector<std::uint64_t>{*how.shard};
  auto map = with.fetch("cluster.map", {});
  if (!map)
    return map.error();
  std::vector<std::uint64_t> out;
  if (const auto* all = member(*map, "shards").if_array())
    for (const auto& each : *all)
      out.push_back(static_cast<std::uint64_t>(number(each, "shard")));
  return out;
}

int verify(const session& with, const arguments& how) {
  auto shards = shards_of(with, how);
  if (!shards)
    return report(shards.error());
  json::array all;
  std::size_t wrong = 0;
  std::uint64_t rows = 0;
  for (auto shard : *shards) {
    auto found = compare(with, shard);
    auto mended = found && how.repair && can_mend(*found);
    if (mended)
      found = mend(with, shard, std::move(*found), how);
    if (!found)
      return report(found.error());
    rows += static_cast<std::uint64_t>(number(*found, "rows"));
    wrong += member(*found, "good") == true ? 0 : 1;
    if (with.json)
      all.push_back(std::move(*found));
    else
      show(*found, mended);
  }
  if (with.json)
    std::cout << json::serialize(
      json::object{{"wrong", wrong}, {"shards", std::move(all)}})
              << '\n';
  else
    std::cout << shards->size() << " shards with " << rows << " rows compared, "
              << wrong << " not as they should be\n";
  return wrong > 0 ? int{exit_refused} : int{exit_ok};
}

} // namespace

void add_verify(CLI::App& cluster, session& with) {
  auto how = std::make_shared<arguments>();
  auto* command = cluster.add_subcommand(
    "verify",
    "Compare the replicas of every shard, while writing goes on. Ends "
    "with 1 where some differ, are damaged or do not answer");
  command->add_option("--shard", how->shard, "This one only");
  command->add_flag("--repair", how->repair,
                    "Have replicas that are not like the majority take the "
                    "state of the others");
  command->add_option("--patience", how->patience_s,
                      "Seconds to wait for a repair, 60 by default");
  command->callback(
    [&with, how] { with.run = [&with, how] { return verify(with, *how); }; });
}

} // namespace parley::cli
