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

using namespace std::chrono_literals;

constexpr auto look_every = 250ms;
/// Without any progress; the node goes on all the same.
constexpr auto patience = 30s;

struct drain_arguments {
  std::string node;
  bool no_wait = false;
};

/// The node's row among those that a node knows of; null where it is none.
json::value row_of(const json::value& nodes, std::int64_t id) {
  if (const auto* all = member(nodes, "nodes").if_array())
    for (const auto& each : *all)
      if (number(each, "id") == id)
        return each;
  return nullptr;
}

std::string what_is_left(const json::value& row) {
  auto sessions = text(row, "sessions");
  return "leads " + text(row, "leads") + " shards, has "
         + (sessions.empty() ? "an unknown number of" : sessions) + " sessions";
}

/// Watches the node until it has nothing left.
class watch {
public:
  watch(const session& with, std::int64_t id, std::string name)
    : with_(with), id_(id), name_(std::move(name)) {}

  int run() {
    for (;; std::this_thread::sleep_for(look_every)) {
      auto nodes = with_.fetch("node.list", {});
      if (!nodes)
        return with_.fail(nodes.error());
      auto row = row_of(*nodes, id_);
      auto state = text(row, "state");
      if (state == "drained")
        return finish(row);
      begun_ = begun_ || state == "draining";
      auto is_away = state == "unreachable";
      if (state.empty() || (begun_ && !is_away && state != "draining"))
        return give_up(state.empty() ? "was removed meanwhile"
                                     : "was undrained meanwhile");
      if (show(row) || std::chrono::steady_clock::now() - since_ < patience)
        continue;
      return give_up(member(row, "up") == true
                       ? "gets no further: it still " + last_
                       : "cannot be reached");
    }
  }

private:
  int give_up(const std::string& why) const {
    return with_.fail({errc::unavailable, name_ + " " + why});
  }

  int finish(const json::value& row) const {
    if (with_.json)
      std::cout << row << '\n';
    else
      std::cout << name_ << " is drained, and can be stopped\n";
    return exit_ok;
  }

  /// Whether something has changed.
  bool show(const json::value& row) {
    auto now = what_is_left(row);
    if (now == last_)
      return false;
    last_ = now;
    since_ = std::chrono::steady_clock::now();
    if (!with_.json)
      std::cout << name_ << ' ' << now << std::endl;
    return true;
  }

  const session& with_;
  const std::int64_t id_;
  const std::string name_;
  /// The node that is asked has heard of it.
  bool begun_ = false;
  std::string last_;
  std::chrono::steady_clock::time_point since_
    = std::chrono::steady_clock::now();
};

int drain(const session& with, const drain_arguments& args) {
  auto begun = with.fetch("node.drain", {{"node", args.node}});
  if (!begun)
    return with.fail(begun.error());
  auto name = text(*begun, "name");
  if (!args.no_wait)
    return watch{with, number(*begun, "node"), name}.run();
  if (with.json)
    std::cout << *begun << '\n';
  else
    std::cout << name << " is draining; node list shows how far it is\n";
  return exit_ok;
}

} // namespace

void add_drain(CLI::App& nodes, session& with) {
  auto args = std::make_shared<drain_arguments>();
  auto* command = nodes.add_subcommand(
    "drain", "Hand what the node leads to others, then send its sessions to "
             "them, and wait until it can be stopped. Ends with 1 when it gets "
             "no further");
  command->add_option("NODE", args->node, "The node's name or number")
    ->required();
  command->add_flag("--no-wait", args->no_wait,
                    "Only begin: the node goes on by itself");
  command->callback(
    [&with, args] { with.run = [&with, args] { return drain(with, *args); }; });
}

} // namespace parley::cli
