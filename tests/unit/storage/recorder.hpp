#pragma once

#include "storage/committer.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

namespace parley::storage {

/// A write set that is known by a number.
struct numbered : submission {
  explicit numbered(std::uint64_t n) : number(n) {}

  std::uint64_t number;
};

/// Remembers what became of each submission, and can hold the committer up.
class recorder final : public commit_listener {
public:
  struct entry {
    shard_id shard = 0;
    std::uint64_t number = 0;
    std::size_t batch = 0;
    result<void> outcome;
  };

  void completed(std::vector<std::unique_ptr<submission>> batch,
                 const result<void>& outcome) override {
    std::unique_lock guard{mutex_};
    for (const auto& x : batch)
      entries_.push_back(
        {x->shard, static_cast<numbered&>(*x).number, batches_, outcome});
    ++batches_;
    changed_.notify_all();
    changed_.wait(guard, [&] { return !held_; });
  }

  /// The next `completed` does not return before `release`.
  void hold() {
    std::lock_guard guard{mutex_};
    held_ = true;
  }

  void release() {
    std::lock_guard guard{mutex_};
    held_ = false;
    changed_.notify_all();
  }

  /// Waits until `count` are known, at most ten seconds.
  void await(std::size_t count) {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, std::chrono::seconds{10},
                      [&] { return entries_.size() >= count; });
  }

  /// What is known once `count` are; less after ten seconds.
  std::vector<entry> wait_for(std::size_t count) {
    await(count);
    std::lock_guard guard{mutex_};
    return entries_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<entry> entries_;
  std::size_t batches_ = 0;
  bool held_ = false;
};

/// A submission that writes `record` under a key made of shard and number.
inline std::unique_ptr<numbered> work(shard_id shard, std::uint64_t number,
                                      std::string record = "record",
                                      std::uint64_t term = 1) {
  auto x = std::make_unique<numbered>(number);
  x->shard = shard;
  x->term = term;
  x->writes.put("key " + std::to_string(shard) + ' ' + std::to_string(number),
                std::move(record));
  return x;
}

} // namespace parley::storage
