#pragma once

#include "base/clock.hpp"
#include "cluster/log/disk_log.hpp"
#include "storage/range_replacement.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace parley::cluster {

/// What travels to bring a replica level by its shard's state, in this order:
/// one `begin`, which the receiver answers with what it has of that copy
/// (`have`), any number of `rows`, one `end`; in the end the receiver says what
/// came of it (`done`). After a link broke the same copy begins again, and goes
/// on with what the receiver lacks.
namespace snapshot_part {

enum class kind : std::uint8_t {
  begin = 1,
  rows = 2,
  end = 3,
  done = 4,
  have = 5
};

} // namespace snapshot_part

/// The end of an attempt: told to the leader by the one it was for.
struct snapshot_outcome {
  shard_id shard = 0;
  raft::position upto;
  bool installed = false;
};

struct snapshot_options {
  std::uint64_t bytes_per_second = catch_up_bytes_per_second_default;
  std::size_t part_bytes = std::size_t{128} << 10;
  /// For how long a copy whose link broke is kept, to go on with.
  std::chrono::milliseconds resume_within{60'000};
  /// No thread: `send` copies at once, waits for nothing, and keeps nothing to
  /// go on with.
  bool stepped = false;
};

/// Copies shards to others on a thread of its own, one at a time, as the store
/// was when each copy began, while writing goes on. Safe to call from many
/// threads.
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

  /// The state as it is now goes to `member`; it is the one at `at`. Or what
  /// was begun before goes on, while the log still has what comes after it.
  /// False where a copy is on its way already. Called on the log's thread.
  bool send(shard_id shard, node_id member, const replica_position& at);

  /// What the receiver answered to a beginning; false where it is none.
  bool heard(node_id from, std::string_view part);

  /// What is on its way to the node may not arrive.
  void link_broke(node_id node);

  /// The receiver said what came of it.
  void ended(shard_id shard, node_id member);

private:
  struct job {
    shard_id shard = 0;
    node_id member = 0;
    replica_position at;
    /// Tells it from others of the same shard.
    std::uint64_t copy = 0;
    storage::store::view rows;
    /// Whole on its way, and not heard of yet.
    bool sent = false;
    std::chrono::steady_clock::time_point kept_until;
  };
  using name = std::pair<shard_id, node_id>;
  enum class outcome : std::uint8_t { sent, broken, unreadable };

  void run();
  void forget_old(std::unique_lock<std::mutex>& guard);
  void finish(job what, outcome came_of_it);
  outcome copy(const job& what);
  std::optional<std::string> begin(const job& what);
  outcome send_rows(const job& what, const std::string& last);
  bool send_all(node_id to, std::string_view part);
  bool wait_until(std::chrono::steady_clock::time_point when);

  const storage::store& db_;
  const snapshot_options opts_;
  const send_part send_;
  const give_up failed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  /// Not those of the process before this one.
  std::uint64_t last_copy_;
  std::deque<job> jobs_;
  /// Sent, or broken off.
  std::map<name, job> kept_;
  /// The one that is being sent.
  std::optional<name> busy_;
  std::uint64_t busy_copy_ = 0;
  bool broken_ = false;
  bool ended_ = false;
  std::optional<std::string> have_;
  bool stopping_ = false;
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
  /// Sends an answer.
  using reply = std::function<void(node_id, std::string_view)>;

  explicit snapshot_receiver(
    storage::store& db, const snapshot_options& opts = {},
    reply answer = [](node_id, std::string_view) {})
    : db_(db), opts_(opts), answer_(std::move(answer)) {}

  /// The state, when that was its last part. A part that makes no sense ends
  /// its attempt, and the sender is told.
  std::optional<arrived_snapshot> take(node_id from, std::string_view part);

  /// Waits for a while for what the node sends again.
  void link_broke(node_id from);

private:
  struct arriving {
    arrived_snapshot what;
    std::uint64_t copy = 0;
    /// The last key.
    std::string last;
    std::optional<std::chrono::steady_clock::time_point> kept_until;
  };
  using name = std::pair<node_id, shard_id>;

  void begin(const name& which, std::string_view part);
  bool add_rows(arriving& to, std::string_view part);
  void refuse(const name& which, const arriving& what);
  void forget_old();

  storage::store& db_;
  const snapshot_options opts_;
  const reply answer_;
  std::map<name, arriving> open_;
  std::uint64_t number_ = 0;
};

/// What a node says of how an attempt ended, and back.
std::string encode(const snapshot_outcome& what);
std::optional<snapshot_outcome> decode_outcome(std::string_view part);

} // namespace parley::cluster
