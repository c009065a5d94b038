#include "cli/command.hpp"
#include "cli/node_names.hpp"
#include "cli/output.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <iostream>
#include <map>
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

/// Shards that are compared at a time.
constexpr std::size_t at_once = 8;
constexpr auto progress_every = std::chrono::seconds{1};

struct arguments {
  std::optional<std::uint32_t> shard;
  bool repair = false;
  std::uint32_t patience_s = 60;
};

/// A large shard takes its time: without --timeout-ms the node says when it
/// waits no longer.
bool is_late(const session& with, steady_clock::time_point since) {
  auto most = std::chrono::milliseconds{with.timeout_ms};
  return with.timeout_given && steady_clock::now() - since >= most;
}

/// Has one shard compared and waits for what comes of it.
result<json::value> compare(const session& with, std::uint64_t shard) {
  auto begun = with.fetch("shard.verify", {{"shard", shard}});
  if (!begun)
    return begun.error();
  auto since = steady_clock::now();
  for (;;) {
    auto report = with.fetch("shard.verified", {{"shard", shard}});
    if (!report || member(*report, "done") == true || is_late(with, since))
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
  if (state == "unreachable")
    return "cannot be reached";
  if (state == "pending")
    return "has not answered in time";
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

/// The names of the nodes that the one that is asked cannot reach.
result<json::array> unreachable_nodes(const session& with) {
  auto nodes = with.fetch("node.list", {});
  if (!nodes)
    return nodes.error();
  json::array out;
  for (const auto& each : list_in(*nodes, "nodes"))
    if (member(each, "up") != true)
      out.push_back(member(each, "name"));
  return out;
}

/// Compares shards, a few at a time, and shows what is wrong as soon as it is
/// known.
class comparison {
public:
  comparison(const session& with, const arguments& how,
             std::vector<std::uint64_t> shards)
    : with_(with), how_(how), shards_(std::move(shards)) {}

  result<void> run() {
    while (next_ < shards_.size() || !running_.empty()) {
      if (auto begun = begin_more(); !begun)
        return begun;
      if (auto looked = look(); !looked)
        return looked;
      show_progress();
      if (!running_.empty())
        std::this_thread::sleep_for(look_every);
    }
    return {};
  }

  int finish(json::array unreachable) {
    if (with_.json) {
      json::array all;
      for (auto& [shard, report] : reports_)
        all.push_back(std::move(report));
      std::cout << json::serialize(
        json::object{{"wrong", wrong_},
                     {"unreachable", std::move(unreachable)},
                     {"shards", std::move(all)}})
                << '\n';
    } else {
      std::cout << shards_.size() << " shards with " << rows_
                << " rows compared, " << wrong_ << " not as they should be\n";
    }
    return wrong_ > 0 ? int{exit_refused} : int{exit_ok};
  }

private:
  result<void> begin_more() {
    while (next_ < shards_.size() && running_.size() < at_once) {
      auto shard = shards_[next_++];
      if (auto begun = with_.fetch("shard.verify", {{"shard", shard}}); !begun)
        return begun.error();
      running_[shard] = steady_clock::now();
    }
    return {};
  }

  result<void> look() {
    for (auto i = running_.begin(); i != running_.end();) {
      auto found = with_.fetch("shard.verified", {{"shard", i->first}});
      if (!found)
        return found.error();
      if (member(*found, "done") != true && !is_late(with_, i->second)) {
        ++i;
        continue;
      }
      if (auto taken = take(i->first, std::move(*found)); !taken)
        return taken;
      i = running_.erase(i);
    }
    return {};
  }

  result<void> take(std::uint64_t shard, json::value found) {
    auto mended = how_.repair && can_mend(found);
    if (mended) {
      auto after = mend(with_, shard, std::move(found), how_);
      if (!after)
        return after.error();
      found = std::move(*after);
    }
    rows_ += static_cast<std::uint64_t>(number(found, "rows"));
    wrong_ += member(found, "good") == true ? 0 : 1;
    if (!with_.json)
      show(found, mended);
    reports_[shard] = std::move(found);
    return {};
  }

  /// On standard error: it is no part of the result.
  void show_progress() {
    if (with_.json || steady_clock::now() - shown_ < progress_every)
      return;
    shown_ = steady_clock::now();
    std::cerr << reports_.size() << " of " << shards_.size()
              << " shards compared" << std::endl;
  }

  const session& with_;
  const arguments& how_;
  const std::vector<std::uint64_t> shards_;
  std::size_t next_ = 0;
  std::map<std::uint64_t, steady_clock::time_point> running_;
  std::map<std::uint64_t, json::value> reports_;
  std::size_t wrong_ = 0;
  std::uint64_t rows_ = 0;
  steady_clock::time_point shown_ = steady_clock::now();
};

int verify(const session& with, const arguments& how) {
  auto away = unreachable_nodes(with);
  if (!away)
    return with.fail(away.error());
  if (!with.json)
    for (const auto& name : *away)
      std::cerr << cell(name)
                << " cannot be reached: its replicas are not compared"
                << std::endl;
  auto shards = shards_of(with, how);
  if (!shards)
    return with.fail(shards.error());
  comparison all{with, how, std::move(*shards)};
  if (auto done = all.run(); !done)
    return with.fail(done.error());
  return all.finish(std::move(*away));
}

} // namespace

void add_verify(CLI::App& cluster, session& with) {
  auto how = std::make_shared<arguments>();
  auto* command = cluster.add_subcommand(
    "verify",
    "Compare the replicas of every shard, while writing goes on. Ends "
    "with 1 where some differ, are damaged or do not answer. Says first which "
    "nodes cannot be reached; --timeout-ms is for each shard");
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
