#pragma once

#include "base/clock.hpp"
#include "cluster/log/disk_log.hpp"
#include "storage/range_replacement.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace parley::cluster {

/// What travels to bring a replica level by its shard's state, in this order:
/// one `begin`, any number of `rows`, one `end`.
namespace snapshot_part {

enum class kind : std::uint8_t { begin = 1, rows = 2, end = 3, done = 4 };

} // namespace snapshot_part

/// The end of an attempt: told to the leader by the one it was for.
struct snapshot_outcome {
  shard_id shard = 0;
  raft::position upto;
  bool installed = false;
};

struct snapshot_options {
  std::uint64_t bytes_per_second = std::uint64_t{128} << 20;
  std::size_t part_bytes = std::size_t{128} << 10;
  /// No thread: `send` copies at once, and waits for nothing.
  bool stepped = false;
};

/// Copies shards to others on a thread of its own, one at a time, as the store
/// was when each copy began, while writing goes on.
class snapshot_sender {
public:
  /// Sends one part; false if it can't be taken now.
  using send_part = std::function<bool(node_id, std::string_view)>;
  /// Told when a copy could not be sent.
  using give_up = std::function<void(shard_id, node_id, raft::position)>;

  snapshot_sender(const storage::store& db, const snapshot_options& opts,
                  send_part send, give_up failed);
  ~snapshot_sender();

  snapshot_sender(const snapshot_sender&) = delete;
  snapshot_sender& operator=(const snapshot_sender&) = delete;

  /// The state as it is now goes to `member`; it is the one at `at`. Called on
  /// the log's thread.
  void send(shard_id shard, node_id member, const replica_position& at);

private:
  struct job {
    shard_id shard = 0;
    node_id member = 0;
    replica_position at;
    storage::store::view rows;
  };

  void run();
  void pause_until(steady_clock::time_point due);
  bool copy(const job& what);
  bool send_all(node_id to, std::string_view part);

  const storage::store& db_;
  const snapshot_options opts_;
  const send_part send_;
  const give_up failed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<job> jobs_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// A whole state that has arrived and waits for being installed.
struct arrived_snapshot {
  shard_id shard = 0;
  node_id from = 0;
  replica_position at;
  storage::range_replacement rows;
};

/// Collects the parts of states that others send. On one thread.
class snapshot_receiver {
public:
  explicit snapshot_receiver(storage::store& db) : db_(db) {}

  /// The state, when that was its last part. A part that makes no sense ends
  /// its attempt.
  std::optional<arrived_snapshot> take(node_id from, std::string_view part);

  /// Forgets what the node has sent.
  void drop(node_id from);

private:
  storage::store& db_;
  std::map<std::pair<node_id, shard_id>, arrived_snapshot> open_;
  std::uint64_t number_ = 0;
};

/// What a node says of how an attempt ended, and back.
std::string encode(const snapshot_outcome& what);
std::optional<snapshot_outcome> decode_outcome(std::string_view part);

} // namespace parley::cluster
