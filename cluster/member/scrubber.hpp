#pragma once

#include "cluster/member/range_hashes.hpp"
#include "storage/store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace parley::cluster {

using storage::shard_id;

struct scrub_options {
  std::uint64_t bytes_per_second = std::uint64_t{32} << 20;
};

/// Reads shards' states and hashes them, one at a time, on a thread of its own
/// and no faster than its options say, while writing goes on.
class scrubber {
public:
  struct job {
    shard_id shard = 0;
    raft::position at;
    /// By the clock that records are stamped with: those that compaction may
    /// drop by now are left out.
    std::int64_t time_ms = 0;
    storage::store::view rows;
    /// Called on the thread, if it is not ended before.
    std::function<void(shard_digest)> then;
  };

  explicit scrubber(const scrub_options& opts);
  ~scrubber();

  scrubber(const scrubber&) = delete;
  scrubber& operator=(const scrubber&) = delete;

  /// False while too many wait.
  bool add(job what);

private:
  void run();
  void read(const job& what);
  bool pause_until(std::chrono::steady_clock::time_point when);

  const scrub_options opts_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

} // namespace parley::cluster
