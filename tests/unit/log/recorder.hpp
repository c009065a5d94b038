#pragma once

#include "cluster/log/log_engine.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace parley::cluster {

/// Remembers what became of write sets, and can hold a log's thread up.
class recorder {
public:
  struct entry {
    shard_id shard = 0;
    std::uint64_t number = 0;
    result<void> outcome;
  };

  /// Notes the outcome of the write set of that number.
  commit_callback note(shard_id shard, std::uint64_t number) {
    return [this, shard, number](const result<void>& outcome) {
      std::unique_lock guard{mutex_};
      entries_.push_back({shard, number, outcome});
      changed_.notify_all();
      changed_.wait(guard, [&] { return !held_; });
    };
  }

  /// The next one that is told does not return before `release`.
  void hold() {
    std::lock_guard guard{mutex_};
    held_ = true;
  }

  void release() {
    std::lock_guard guard{mutex_};
    held_ = false;
    changed_.notify_all();
  }

  /// What is known once `count` are; less after twenty seconds.
  std::vector<entry> wait_for(std::size_t count) {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, std::chrono::seconds{20},
                      [&] { return entries_.size() >= count; });
    return entries_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<entry> entries_;
  bool held_ = false;
};

/// A key of the shard's state.
inline std::string key_of(shard_id shard, std::uint64_t number) {
  return storage::outbox_range(shard).from + std::to_string(number);
}

inline storage::write_set writes(shard_id shard, std::uint64_t number,
                                 std::string record = "record") {
  storage::write_set set;
  set.put(key_of(shard, number), std::move(record));
  return set;
}

/// The record of that number, or "none".
inline std::string stored(const storage::store& db, shard_id shard,
                          std::uint64_t number) {
  auto found = db.get(key_of(shard, number));
  return found ? found->value_or("none") : found.error().detail;
}

/// Bytes that no compression makes fewer.
inline std::string noise(std::size_t size) {
  static std::mt19937 random{1};
  std::string bytes(size, '\0');
  for (auto& b : bytes)
    b = static_cast<char>(random());
  return bytes;
}

} // namespace parley::cluster
