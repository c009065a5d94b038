#pragma once

#include "cluster/shard_log.hpp"
#include "cluster/type_ids.hpp"

#include <caf/send.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace parley::test {

/// A log of one term that commits at once, holds what it is given, or loses
/// it, as the test wants.
class fickle_log final : public cluster::shard_log {
public:
  explicit fickle_log(storage::store& db) : db_(db) {}

  result<void> admit(cluster::shard_id) const override {
    std::lock_guard held{guard_};
    if (full_)
      return error{errc::unavailable, "storage full", {}, 1000};
    return {};
  }

  std::uint64_t term(cluster::shard_id) const override {
    std::lock_guard held{guard_};
    return disowned_ ? 0 : term_;
  }

  bool holds(cluster::shard_id, std::uint64_t) const override {
    std::lock_guard held{guard_};
    return !lapsed_;
  }

  /// Whether the lease has run out, with no other owner in its place.
  void set_lapsed(bool lapsed) {
    std::lock_guard held{guard_};
    lapsed_ = lapsed;
  }

  /// Whether the shards are another node's.
  void set_disowned(bool disowned) {
    std::lock_guard held{guard_};
    disowned_ = disowned;
  }

  void append(cluster::shard_id, std::uint64_t term, storage::write_set writes,
              const caf::actor& entity, std::uint64_t ticket) override {
    std::lock_guard held{guard_};
    waiting_.push_back({term, std::move(writes), entity, ticket});
    if (!holding_)
      commit_all();
    changed_.notify_all();
  }

  const storage::store& reader() const override {
    return db_;
  }

  void set_full(bool full) {
    std::lock_guard held{guard_};
    full_ = full;
  }

  /// Keeps what comes until `release` or `lose`.
  void hold() {
    std::lock_guard held{guard_};
    holding_ = true;
  }

  /// Waits until so many write sets are held.
  bool await(std::size_t count) {
    std::unique_lock held{guard_};
    return changed_.wait_for(held, std::chrono::seconds{20},
                             [&] { return waiting_.size() >= count; });
  }

  /// Commits what is held, and what comes.
  void release() {
    std::lock_guard held{guard_};
    holding_ = false;
    commit_all();
  }

  /// Loses what is held, and then commits what comes in the new term.
  void lose() {
    std::lock_guard held{guard_};
    holding_ = false;
    ++term_;
    commit_all();
  }

private:
  struct entry {
    std::uint64_t term = 0;
    storage::write_set writes;
    caf::actor entity;
    std::uint64_t ticket = 0;
  };

  void commit_all() {
    for (; !waiting_.empty(); waiting_.pop_front()) {
      auto& e = waiting_.front();
      result<void> written = error{errc::unavailable, "lost", {}, 200};
      const storage::write_set* sets[] = {&e.writes};
      if (e.term == term_)
        written = db_.write(sets);
      if (written)
        caf::anon_send(e.entity, cluster::committed{e.ticket});
      else
        caf::anon_send(e.entity,
                       cluster::commit_failed{e.ticket, written.error()});
    }
  }

  storage::store& db_;
  mutable std::mutex guard_;
  std::condition_variable changed_;
  std::deque<entry> waiting_;
  std::uint64_t term_ = 1;
  bool holding_ = false;
  bool full_ = false;
  bool lapsed_ = false;
  bool disowned_ = false;
};

} // namespace parley::test
