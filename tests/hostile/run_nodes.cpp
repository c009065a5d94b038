#include "bench/load/clock_us.hpp"
#include "tests/hostile/run.hpp"
#include "tests/hostile/store_audit.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

// The nodes of a run: how they begin, die, come back and end.
namespace parley::hostile {

namespace json = boost::json;

namespace {

constexpr std::int64_t answer_patience_us = 30'000'000;

} // namespace

result<void> run::start_nodes() {
  node_process::settings set{
    {"limits.auth_per_address", "off"},
    {"limits.connections_per_address", "off"},
    {"limits.connections_per_address_max", "5000"},
    {"limits.messages_per_user", "off"},
    {"limits.signals_per_session", "off"},
    {"auth.argon2.memory", "8MiB"},
    {"auth.argon2.passes", "1"},
    {"auth.queue_max", "1000"},
    {"presence.offline_grace", "1s"},
    {"shards.count", "16"},
    {"storage.reserve_bytes", "64MiB"},
    {"log.level", "warning"},
  };
  for (std::size_t i = 0; i < opts_.nodes; ++i) {
    auto own = set;
    if (opts_.nodes > 1)
      add_cluster_settings(own, i);
    nodes_.push_back(
      std::make_unique<node_process>(opts_.bin + "/" + opts_.node, own));
    if (opts_.keeps_dir)
      nodes_.back()->keep_dir();
    if (auto started = nodes_.back()->start(); !started)
      return started;
  }
  return {};
}

void run::add_cluster_settings(node_process::settings& set,
                               std::size_t index) const {
  set["node.name"] = fmt::format("n{}", index + 1);
  set["cluster.name"] = "hostile";
  set["cluster.secret"] = "a secret of more than sixteen";
  set["cluster.listen"] = "127.0.0.1:0";
  if (index == 0)
    set["cluster.bootstrap"] = "true";
  else
    set["cluster.join"] = nodes_.front()->cluster_address();
}

bool run::kills_now() const {
  constexpr std::uint64_t every = 6;
  return opts_.nodes > 1 && judge_.round() % every == every - 1;
}

void run::kill_one() {
  auto until = bench::now_us() + 20'000;
  while (bench::now_us() < until)
    loop_.round(until);
  random_.pick(nodes_)->kill();
}

// Whoever was told of things by a node that is gone has to ask: sessions begin
// anew.
void run::bring_back() {
  for (auto& node : nodes_) {
    if (!node->was_killed())
      continue;
    if (auto started = node->start(); !started)
      found_.add("a node does not come back", made_, started.error().detail);
    crowd_.drop_all();
  }
}

result<json::value> run::ask_any(std::string_view method,
                                 const json::object& params) {
  auto deadline = bench::now_us() + answer_patience_us;
  for (std::size_t i = 0;; ++i) {
    auto answer = nodes_[i % nodes_.size()]->ask(method, params);
    auto is_final
      = answer || opts_.nodes == 1
        || answer.error().detail.find("not_found") != std::string::npos;
    if (is_final || bench::now_us() > deadline)
      return answer;
    loop_.round(bench::now_us() + 10'000);
  }
}

bool run::nodes_live() {
  for (auto& node : nodes_)
    if (auto status = node->ended(); status != -1 && !node->was_killed()) {
      if (!found_.kinds().contains("a node has ended"))
        found_.add(
          "a node has ended", made_,
          fmt::format("wait status {:#x}\n{}", status, node->log_tail()));
      return false;
    }
  return true;
}

void run::look_at_memory() {
  for (auto& node : nodes_)
    if (auto bytes = node->resident_bytes(); bytes > opts_.resident_bytes_max)
      found_.add("too much memory", made_, fmt::format("{} MiB", bytes >> 20));
}

// What the innocents notice of all this is bounded.
void run::look_at_innocents() {
  if (!innocents_ || !nodes_live())
    return;
  auto now = innocents_->take();
  auto most = 2 * before_.p99_us + static_cast<std::uint64_t>(opts_.floor_us);
  fmt::print("hostile: innocents: p99 {} us before, {} us meanwhile (max {}, "
             "{} messages, {} lost)\n",
             before_.p99_us, now.p99_us, now.max_us, now.count, now.lost);
  if (now.lost > 0 || now.count == 0)
    found_.add("an innocent's message is lost", made_,
               fmt::format("{} of {}", now.lost, now.count));
  else if (now.p99_us > most)
    found_.add("innocents have to wait", made_,
               fmt::format("p99 {} us, was {} us", now.p99_us, before_.p99_us));
}

void run::look_at_queues() {
  auto& node = *nodes_.front();
  if (auto worst = node.metric("parley_net_internal_errors_total"); worst > 0)
    found_.add("internal errors by the node's own count", made_,
               fmt::format("{}", worst));
}

void run::plant_rows() {
  if (nodes_.size() == 1)
    planted_.change_store(nodes_.front()->dir());
}

result<void> run::end() {
  crowd_.drop_all();
  innocents_.reset();
  if (!nodes_live())
    return {};
  look_at_queues();
  for (std::uint32_t i = 0; i < seen_.conversations().size(); ++i)
    if (!seen_.conversations()[i].is_over) {
      read_log(i);
      if (opts_.nodes > 1)
        read_log(i, true);
    }
  for (auto& node : nodes_)
    if (auto stopped = node->stop(); !stopped)
      return stopped;
  plant_rows();
  store_audit audit{seen_, canaries_, found_};
  audit.others = {innocents::first, innocents::second};
  for (auto& node : nodes_)
    audit.read(node->dir(), nodes_.size() == 1);
  fmt::print("hostile: {} rows read\n", audit.rows);
  return {};
}

} // namespace parley::hostile
