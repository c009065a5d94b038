#pragma once

#include "cluster/member/member.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/test_store.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parley::cluster::test {

/// Members 1, 2, 3 of a cluster in one process, with real links on loopback and
/// two shards.
class member_group {
public:
  member_group() : member_group(two_shards()) {}

  explicit member_group(const member_options& opts, node_id nodes = 3)
    : opts_(opts) {
    for (node_id id = 1; id <= nodes; ++id)
      start(id);
    ticker_ = std::thread{[this] { tick(); }};
  }

  ~member_group() {
    stopping_ = true;
    ticker_.join();
    for (auto& [id, n] : nodes_)
      stop(id);
  }

  member_group(const member_group&) = delete;
  member_group& operator=(const member_group&) = delete;

  void start(node_id id) {
    auto& n = nodes_[id];
    if (!n)
      n = std::make_unique<node>();
    auto opened = member::open(n->files.db(), options_of(id, *n));
    if (!opened)
      throw std::runtime_error{opened.error().detail};
    n->address = (*opened)->address();
    (*opened)->run(*n);
    std::lock_guard held{guard_};
    n->self = std::move(*opened);
  }

  void stop(node_id id) {
    std::unique_ptr<member> going;
    {
      std::lock_guard held{guard_};
      going = std::move(nodes_.at(id)->self);
    }
    if (going)
      going->stop();
  }

  member& at(node_id id) {
    return *nodes_.at(id)->self;
  }

  parley::test::test_store& files(node_id id) {
    return nodes_.at(id)->files;
  }

  /// Waits until `what` holds.
  template <class Condition>
  bool await(const Condition& what,
             std::chrono::seconds patience = std::chrono::seconds{60}) {
    return parley::test::eventually(what, patience);
  }

  /// Until every shard is where it belongs, as all nodes see it.
  bool await_settled() {
    return await([&] {
      for (auto& [id, n] : nodes_) {
        auto map = n->self->map();
        for (const auto& row : map->shards)
          if (row.placed.size() != nodes_.size() || row.moving())
            return false;
      }
      for (shard_id shard = 0; shard < opts_.shards; ++shard)
        if (owner(shard) == 0)
          return false;
      return true;
    });
  }

  /// Who serves the shard now; 0 is nobody.
  node_id owner(shard_id shard) {
    for (auto& [id, n] : nodes_)
      if (n->self && n->self->log().term(shard) != 0)
        return id;
    return 0;
  }

  /// What the member knows of the shards that it has.
  std::vector<replica_info> replicas(node_id id) {
    std::promise<std::vector<replica_info>> told;
    at(id).list([&](auto all) { told.set_value(std::move(all)); });
    return told.get_future().get();
  }

  /// Writes through the owner, whoever it is, until that is done.
  bool write(shard_id shard, const storage::write_set& what) {
    return await([&] {
      auto id = owner(shard);
      if (id == 0)
        return false;
      std::mutex guard;
      std::condition_variable told;
      std::optional<bool> good;
      auto& log = at(id).log();
      log.append(shard, log.term(shard), what, [&](const result<void>& done) {
        std::lock_guard held{guard};
        good = done.has_value();
        told.notify_one();
      });
      std::unique_lock held{guard};
      told.wait(held, [&] { return good.has_value(); });
      return *good;
    });
  }

  /// Has the shard compared by the node.
  shard_report verify(shard_id shard, node_id by = 1) {
    at(by).verify(shard);
    std::optional<shard_report> report;
    await([&] {
      report = at(by).verified(shard);
      return report && report->done;
    });
    return report.value_or(shard_report{});
  }

  bool await_good(shard_id shard) {
    return await([&] { return verify(shard).good(); });
  }

private:
  struct node final : member_listener {
    void owner_changed(shard_id, const shard_owner&) override {}
    void arrived(node_id, std::uint8_t, std::string_view) override {}
    void reachable(node_id) override {}
    void lost(node_id) override {}
    void map_changed(const cluster_map&) override {}

    parley::test::test_store files;
    std::string address = "127.0.0.1:0";
    std::unique_ptr<member> self;
  };

  member_options options_of(node_id id, const node& n) const {
    auto opts = opts_;
    opts.cluster_name = "test";
    opts.link.cluster_name = "test";
    opts.link.secret = "a secret of some length";
    opts.link.listen = n.address;
    opts.node_name = "n" + std::to_string(id);
    opts.bootstrap = id == 1;
    if (id != 1)
      opts.join = {nodes_.at(1)->address};
    return opts;
  }

  static member_options two_shards() {
    member_options opts;
    opts.shards = 2;
    return opts;
  }

  void tick() {
    while (!stopping_) {
      {
        std::lock_guard held{guard_};
        for (auto& [id, n] : nodes_)
          if (n->self)
            n->self->tick();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

  const member_options opts_;
  std::mutex guard_;
  std::map<node_id, std::unique_ptr<node>> nodes_;
  std::atomic<bool> stopping_ = false;
  std::thread ticker_;
};

} // namespace parley::cluster::test
