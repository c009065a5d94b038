#pragma once

#include "cluster/link/links.hpp"
#include "cluster/log/log_engine.hpp"
#include "cluster/member/removal.hpp"
#include "cluster/member/snapshot.hpp"
#include "cluster/member/verifier.hpp"
#include "cluster/shard.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::cluster {

struct member_options {
  /// Empty: this node is the whole cluster and listens to no other.
  std::string cluster_name;
  link::link_options link;
  /// HOST:PORT where other nodes reach this one; empty is where it listens.
  std::string advertise;
  /// Members, any of which is asked to let this node in when it is new.
  std::vector<std::string> join;
  /// Makes a cluster of this node when it is new and no member of `join`
  /// answers.
  bool bootstrap = false;
  std::string node_name;
  std::string zone;
  std::uint32_t shards = shards_default;
  std::uint32_t replicas = replicas_default;
  log_options log;
  snapshot_options snapshots;
};

/// Is told what concerns the rest of the node; on threads of the cluster's, so
/// it must not block.
class member_listener {
public:
  virtual ~member_listener() = default;

  /// A shard has another owner, or its owner a new term.
  virtual void owner_changed(shard_id shard, const shard_owner& now) = 0;

  /// What `member::send` was given on another node.
  virtual void arrived(node_id from, std::uint8_t tag, std::string_view bytes)
    = 0;

  /// A node can be reached from now on.
  virtual void reachable(node_id node) = 0;

  /// A node has not been reached for seconds, or runs anew: whatever was in
  /// its memory only is gone, or will be told again.
  virtual void lost(node_id node) = 0;

  virtual void map_changed(const cluster_map& now) = 0;

  /// This node must not serve any more, and says why to people: it was removed,
  /// or stands beside the living cluster in whose place it was begun. Once.
  virtual void expelled(const std::string& /*why*/) {}
};

/// What a node says of itself to the others.
struct node_report {
  std::uint64_t sessions = 0;
  /// It drains, leads nothing any more, and its sessions are gone.
  bool drained = false;
  /// Where clients that have to leave another node find it; may be empty.
  std::string url = {};

  friend bool operator==(const node_report&, const node_report&) = default;
};

/// What an operator can have done to the cluster map.
struct map_change {
  enum class kind : std::uint8_t {
    drain = 1,
    undrain = 2,
    remove = 3,
    zone = 4,
    move = 5,
    /// A node says where it is: `text` is the address.
    client = 6,
    address = 7,
    /// The owner of `shard` says that its members are those that were wanted:
    /// `text` lists them.
    placed = 8,
    /// `node` says that its replica of `shard` does not know any more what it
    /// has promised, and is to be taken out; another is made in its place.
    lost = 9,
    /// `node` wants to drop its replica of `shard`, which the map does not
    /// count on. Changes nothing; `conflict` where it does.
    left = 10,
    /// `node` wants to drop the replica that it has reported as `lost`. Changes
    /// nothing; `conflict` until the others' group is known to be without it.
    forgotten = 11
  };

  /// `text` of a `remove` that the map's owner carries out whatever is lost.
  static constexpr const char* forced = "force";

  kind what = kind::drain;
  node_id node = 0;
  /// For `zone`, `client`, `address`, `placed` and `remove`.
  std::string text;
  /// For `move`: a replica of the shard goes from `node` to `to`.
  shard_id shard = 0;
  node_id to = 0;
};

/// A replica, for people.
struct replica_info {
  shard_id shard = 0;
  raft::status status;
  raft::configuration members;
  std::uint64_t applied = 0;
  std::uint64_t committed = 0;
  std::vector<raft::peer_info> peers;
};

/// This node's part in the cluster: its links, its replicas, and what it knows
/// of the others. Safe to call from any thread.
class member {
public:
  /// Finds out who this node is: what it was before; else let in by one of
  /// `opts.join`, or the first of a new cluster. For that it waits up to half a
  /// minute where a member answers, five seconds where nobody does, and not at
  /// all where it is refused. Errors say what an operator can do.
  /// `net` takes the place of links where it is given.
  static result<std::unique_ptr<member>>
  open(storage::store& db, const member_options& opts,
       std::unique_ptr<link::network> net = nullptr);

  ~member();
  member(const member&) = delete;
  member& operator=(const member&) = delete;

  node_id self() const;
  log_engine& log();

  /// Starts; once. `to` must live until `stop`.
  void run(member_listener& to);

  /// Tells the others that this node is leaving and hands its leaderships
  /// over; waits for that a second or two.
  void hand_over();

  /// Ends the links and the logs. The listener is not called afterwards.
  void stop();

  /// Of one `send`.
  static constexpr std::size_t send_bytes_max = link::frame_bytes_max - 1;

  /// Queues bytes for the listener of another node; false if that can't be
  /// done now.
  bool send(node_id to, std::uint8_t tag, std::string_view bytes);

  /// The nodes that can be reached now.
  std::vector<node_id> others() const;

  std::shared_ptr<const cluster_map> map() const;

  shard_owner owner_of(shard_id shard) const;

  /// Where the node listens for others; empty when it does not.
  std::string address() const;

  std::vector<link::link_info> links() const;

  /// Tells the others how this node is: at once where that is news, else about
  /// once a second. Call as often as `tick`.
  void report(const node_report& now);

  /// What each node said last, this one included. Of those that cannot be
  /// reached it may be old.
  std::map<node_id, node_report> reports() const;

  /// Where clients reach this node, for the map.
  void serves_clients_at(std::string address);

  /// Has the change made by whoever may; answers when it is made. The map's
  /// owner refuses to remove a node that is in use (`may_remove`). While the
  /// map has no owner, as during an election, it is tried again; `unavailable`
  /// after some seconds of that.
  void change(const map_change& what, std::function<void(result<void>)> then);

  /// A change that only the node that owns the map can make, decided on the
  /// map as it is then; `unavailable` on the others.
  using change_rule
    = std::function<result<storage::write_set>(const cluster_map&)>;
  void change_here(change_rule what, std::function<void(result<void>)> then);

  /// Whether this node owns the map.
  bool owns_map() const;

  /// What this node sees of the others, as a removal is judged by.
  node_sight sight() const;

  /// The replicas of this node.
  void list(std::function<void(std::vector<replica_info>)> then);

  /// Begins to compare the shard's replicas; `verified` says what came of it.
  void verify(shard_id shard);

  /// Nothing where `verify` was not called for the shard.
  std::optional<shard_report> verified(shard_id shard) const;

  /// Has the node give up its replica's state and take another's; false where
  /// it can't be told now.
  bool mend(shard_id shard, node_id node);

  /// Looks after what is to be done for the map. Call every 100 to 500 ms.
  void tick();

private:
  struct impl;
  explicit member(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace parley::cluster
