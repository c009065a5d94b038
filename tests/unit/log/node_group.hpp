#pragma once

#include "cluster/log/log_engine.hpp"
#include "tests/support/test_store.hpp"
#include "tests/unit/log/recorder.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Nodes 1, 2, 3 in one process, each with its own store, and the links
/// between them.
class node_group {
public:
  static constexpr std::uint32_t shards = 2;

  explicit node_group(std::uint32_t nodes = 3, const log_options& opts = {})
    : opts_(opts) {
    for (node_id id = 1; id <= nodes; ++id)
      nodes_[id] = std::make_unique<node>(*this, id);
    for (auto& [id, n] : nodes_)
      create(n->files.db());
  }

  ~node_group() {
    for (auto& [id, n] : nodes_)
      stop(id);
  }

  void start_all() {
    for (auto& [id, n] : nodes_)
      start(id);
  }

  void start(node_id id) {
    auto& n = *nodes_.at(id);
    auto& db = n.other_db ? *n.other_db : n.files.db();
    auto opened = log_engine::open(db, id, shards, opts_);
    if (!opened)
      throw std::runtime_error{opened.error().detail};
    auto* engine = opened->get();
    {
      std::lock_guard held{guard_};
      n.engine = std::move(*opened);
    }
    engine->run(n);
  }

  void stop(node_id id) {
    std::unique_ptr<log_engine> going;
    {
      std::lock_guard held{guard_};
      going = std::move(nodes_.at(id)->engine);
    }
  }

  /// Stops it and opens its store anew.
  void restart(node_id id) {
    stop(id);
    nodes_.at(id)->files.reopen();
    start(id);
  }

  /// Nothing gets from or to the node any more.
  void cut(node_id id) {
    std::lock_guard held{guard_};
    cut_.insert(id);
  }

  void mend(node_id id) {
    std::lock_guard held{guard_};
    cut_.erase(id);
  }

  /// Of a node that is stopped.
  storage::store& files(node_id id) {
    return nodes_.at(id)->files.db();
  }

  /// Gives the node another store, before it starts.
  void use(node_id id, storage::store& db) {
    create(db);
    nodes_.at(id)->other_db = &db;
  }

  log_engine& at(node_id id) {
    return *nodes_.at(id)->engine;
  }

  const storage::store& db(node_id id) {
    return at(id).reader();
  }

  /// Waits until `what` holds, trying again whenever something happens between
  /// the nodes; heartbeats do all the time.
  template <class Condition>
  bool await(const Condition& what) {
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    std::unique_lock held{guard_};
    while (std::chrono::steady_clock::now() < end) {
      held.unlock();
      auto holds = what();
      held.lock();
      if (holds)
        return true;
      changed_.wait_for(held, std::chrono::milliseconds{100});
    }
    return false;
  }

  /// Waits for a node other than `but` that serves the shard, and is its only
  /// one by a lease; 0 if there is none.
  node_id await_owner(shard_id shard, node_id but = 0) {
    node_id found = 0;
    await([&] {
      for (auto& [id, n] : nodes_)
        if (id != but && n->engine
            && n->engine->holds(shard, n->engine->term(shard)))
          found = id;
      return found != 0;
    });
    return found;
  }

  node_id other_than(node_id one, node_id two = 0) const {
    for (auto& [id, n] : nodes_)
      if (id != one && id != two)
        return id;
    return 0;
  }

  /// Appends at a node that serves.
  void append(node_id id, shard_id shard, std::uint64_t number,
              std::string record = "record") {
    auto& log = at(id);
    log.append(shard, log.term(shard), writes(shard, number, std::move(record)),
               seen.note(shard, number));
  }

  /// All that is replicated of a shard, as one string.
  std::string state(node_id id, shard_id shard) {
    std::string all;
    auto done = db(id).scan(storage::log_keys{shard}.state(),
                            [&](auto key, auto record) {
                              all.append(key).append("=").append(record) += ';';
                              return true;
                            });
    return done ? all : done.error().detail;
  }

  bool equal(shard_id shard) {
    for (auto& [id, n] : nodes_)
      if (n->engine && state(id, shard) != state(nodes_.begin()->first, shard))
        return false;
    return true;
  }

  /// How many entries the node keeps of the shard's log.
  std::size_t log_length(node_id id, shard_id shard) {
    std::size_t count = 0;
    auto done = db(id).scan(storage::log_keys{shard}.entries(),
                            [&](auto, auto) { return ++count, true; });
    return done ? count : 0;
  }

  /// Has something done on the node's log thread, and waits for it.
  void on_thread(node_id id, std::function<void(log_engine::inside&)> job) {
    std::mutex guard;
    std::condition_variable ended;
    auto done = false;
    at(id).post([&](log_engine::inside& inside) {
      job(inside);
      std::lock_guard held{guard};
      done = true;
      ended.notify_one();
    });
    std::unique_lock held{guard};
    ended.wait(held, [&] { return done; });
  }

  bool wants_snapshot(shard_id shard, node_id member) {
    std::lock_guard held{guard_};
    return snapshots_.contains({shard, member});
  }

  struct mark {
    node_id node;
    shard_id shard;
    raft::position at;
    std::string text;
  };

  std::vector<mark> marks() {
    std::lock_guard held{guard_};
    return marks_;
  }

  recorder seen;

private:
  struct node final : log_surroundings {
    node(node_group& g, node_id i) : group(g), id(i) {}

    void send(const shard_message& m) override {
      group.carry(m);
    }

    void status_changed(shard_id, const raft::status&) override {
      group.changed_.notify_all();
    }

    void wants_snapshot(shard_id shard, node_id member) override {
      std::lock_guard held{group.guard_};
      group.snapshots_.insert({shard, member});
    }

    void meta_applied() override {}

    void marked(shard_id shard, raft::position at, const std::string& mark,
                std::optional<storage::store::view>) override {
      std::lock_guard held{group.guard_};
      group.marks_.push_back({id, shard, at, mark});
      group.changed_.notify_all();
    }

    node_group& group;
    const node_id id;
    test::test_store files;
    storage::store* other_db = nullptr;
    std::unique_ptr<log_engine> engine;
  };

  /// As bytes, like a link.
  void carry(const shard_message& m) {
    std::vector<shard_message> arrived;
    arrived.push_back({m.shard, *raft::decode(raft::encode(m.what))});
    std::lock_guard held{guard_};
    auto to = nodes_.find(m.what.to);
    if (to != nodes_.end() && to->second->engine && !cut_.contains(m.what.from)
        && !cut_.contains(m.what.to))
      to->second->engine->receive(arrived);
    changed_.notify_all();
  }

  void create(storage::store& db) {
    replica_position at;
    for (auto& [id, n] : nodes_)
      at.members.voters.push_back(id);
    storage::write_batch batch;
    for (shard_id shard = 0; shard < shards; ++shard)
      disk_log{db, shard}.put(batch, at);
    if (!db.write(batch, storage::durability::synced))
      throw std::runtime_error{"can't create the groups"};
  }

  const log_options opts_;
  std::mutex guard_;
  std::condition_variable changed_;
  std::map<node_id, std::unique_ptr<node>> nodes_;
  std::set<node_id> cut_;
  std::vector<mark> marks_;
  std::set<std::pair<shard_id, node_id>> snapshots_;
};

} // namespace parley::cluster
