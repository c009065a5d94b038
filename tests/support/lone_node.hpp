#pragma once

#include "cluster/carrier.hpp"
#include "cluster/log/log_engine.hpp"
#include "cluster/router.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <utility>

namespace parley::test {

/// A cluster without other nodes; or with some that never answer.
class no_others final : public cluster::carrier {
public:
  bool carry(node_id, const cluster::entity_key&, const caf::message&,
             unsigned) override {
    return swallows;
  }

  void refuse(const caf::message&, const error&) override {}

  std::atomic<bool> swallows = false;
};

/// Makes all shards the router's node's.
inline void own_all(cluster::router& router, std::uint32_t shards) {
  for (std::uint32_t i = 0; i < shards; ++i)
    router.set_owner(static_cast<cluster::shard_id>(i), {true, 1});
}

/// The logs of a node that is its whole cluster; found in the store, or new.
class lone_log final : cluster::log_surroundings {
public:
  explicit lone_log(storage::store& db, std::uint32_t shards = 8,
                    const cluster::log_options& opts = {}) {
    create_where_new(db, shards);
    auto opened = cluster::log_engine::open(db, 1, shards, opts);
    if (!opened)
      throw std::runtime_error{opened.error().detail};
    engine_ = std::move(*opened);
    engine_->run(*this);
    std::unique_lock held{guard_};
    changed_.wait(held, [&] { return serving_.size() == shards + 1; });
  }

  ~lone_log() override {
    engine_.reset();
  }

  cluster::log_engine& operator*() {
    return *engine_;
  }

  cluster::log_engine* operator->() {
    return engine_.get();
  }

private:
  static void create_where_new(storage::store& db, std::uint32_t shards) {
    auto found = cluster::disk_log{db, cluster::meta_shard}.find();
    if (!found)
      throw std::runtime_error{found.error().detail};
    if (*found)
      return;
    if (auto made = cluster::create_groups(db, shards, 1); !made)
      throw std::runtime_error{made.error().detail};
  }

  void send(const cluster::shard_message&) override {}

  void status_changed(cluster::shard_id shard,
                      const cluster::raft::status& now) override {
    std::lock_guard held{guard_};
    if (now.serving)
      serving_.insert(shard);
    changed_.notify_all();
  }

  void wants_snapshot(cluster::shard_id, node_id) override {}
  void meta_applied() override {}
  void marked(cluster::shard_id, cluster::raft::position, const std::string&,
              std::optional<storage::store::view>) override {}

  std::mutex guard_;
  std::condition_variable changed_;
  std::set<cluster::shard_id> serving_;
  std::unique_ptr<cluster::log_engine> engine_;
};

} // namespace parley::test
