#pragma once

#include "cluster/member/control.hpp"
#include "cluster/member/member.hpp"
#include "cluster/member/scrubber.hpp"
#include "cluster/member/verifier.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>

namespace parley::cluster {

/// What frames between nodes carry, by channel.
namespace channel {

inline constexpr link::channel_id consensus = link::first_channel;
inline constexpr link::channel_id entities = link::first_channel + 1;
inline constexpr link::channel_id ownership = link::first_channel + 2;
inline constexpr link::channel_id snapshots = link::first_channel + 3;
inline constexpr link::channel_id integrity = link::first_channel + 5;
/// Without payload: the sender is about to stop.
inline constexpr link::channel_id leaving = link::first_channel + 4;
/// How the sender is.
inline constexpr link::channel_id report = link::first_channel + 6;

} // namespace channel

inline constexpr const char* removed_words
  = "this node was removed from its cluster, and cannot come back with its "
    "data: to join again, start it with an empty data_dir";

/// One change of the map after the other: each is decided on what the one
/// before it has made. On the log's thread.
class map_updates {
public:
  using change = member::change_rule;
  using then = std::function<void(result<void>)>;

  map_updates(log_engine& log, std::uint32_t shards)
    : log_(log), shards_(shards) {}

  /// `unavailable` where this node does not own the map.
  void make(change what, then done);

  bool idle() const {
    return !busy_ && waiting_.empty();
  }

private:
  void next();
  void finish(const result<void>& outcome);

  log_engine& log_;
  const std::uint32_t shards_;
  std::deque<std::pair<change, then>> waiting_;
  bool busy_ = false;
};

struct member::impl final : log_surroundings, link::link_listener {
  impl(storage::store& d, const member_options& o) : db(d), opts(o) {}
  ~impl() override;

  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  // member.cpp
  result<void> identify();
  result<void> found_cluster();
  result<void> fits_shards() const;
  result<void> join();
  result<void> is_still_member() const;
  result<void> take_admission(std::string_view bytes);
  result<std::string> ask(const std::string& address, std::string bytes);
  result<void> keep_identity(storage::write_batch& batch);
  std::string own_address() const;
  bool clustered() const {
    return !opts.cluster_name.empty();
  }
  void resign_all();

  /// A change of the map that somebody waits for.
  struct wanted_change {
    map_change change;
    /// Until then it is tried again where the map has no owner.
    raft::time_ms until = 0;
    std::function<void(result<void>)> then;
  };

  // traffic.cpp: log_surroundings
  void send(const shard_message& m) override;
  void status_changed(shard_id shard, const raft::status& now) override;
  void wants_snapshot(shard_id shard, node_id member) override;
  void meta_applied() override;

  // integrity.cpp: log_surroundings
  void marked(shard_id shard, raft::position at, const std::string& mark,
              std::optional<storage::store::view> rows) override;

  // traffic.cpp: link_listener
  void up(node_id node, const link::link_terms& terms) override;
  void down(node_id node) override;
  void received(node_id node, std::span<const link::frame> frames) override;
  void asked(std::string request, link::reply_to then) override;
  void expelled_by(node_id peer) override;
  void claimed(const link::rival_claim& by) override;

  void note_owner(shard_id shard, std::uint64_t term, const shard_owner& owner);
  void tell_ownership(node_id to);
  void take_ownership(node_id from, std::string_view payload);
  void report(const node_report& now);
  void take_report(node_id from, std::string_view payload);
  void take_snapshot_part(node_id from, std::string_view payload);
  void install(log_engine::inside& at, arrived_snapshot& what);
  void tell_outcomes();
  void set_peers();
  void refresh_map();
  error not_map_owner() const;
  void expel(const std::string& why);
  std::uint32_t living() const;
  std::shared_ptr<const cluster_map> current_map() const;
  std::vector<node_id> others() const;
  bool reaches(node_id node) const;

  // duty.cpp
  void change_here(change_rule what, std::function<void(result<void>)> then);
  void change(const map_change& what, std::function<void(result<void>)> then);
  void try_change(wanted_change what);
  result<storage::write_set> decide(const map_change& what,
                                    const cluster_map& m) const;
  void look_at_map_group(log_engine::inside& at);
  node_sight sight() const;
  std::vector<wanted_change> take_unfulfilled();
  void change_elsewhere(const map_change& what, const std::string& address,
                        unsigned hops, std::function<void(result<void>)> then);
  void do_duty(log_engine::inside& at);
  void settle_members(replica& r, const cluster_map& now);
  void look_who_lags(log_engine::inside& at);
  void settle_leader(replica& r, const cluster_map& now);
  void place(const cluster_map& now);
  void leave_shards(log_engine::inside& at, const cluster_map& now);
  void leave_shard(log_engine::inside& at, shard_id shard, raft::time_ms heard);
  void drop_replica(log_engine::inside& at, shard_id shard);
  void report_addresses(const cluster_map& now);
  void look_for_lost_nodes();

  // integrity.cpp
  bool tell(node_id node, const verify_message& what);
  bool ask_owner(const verify_request& what);
  void take_verify(node_id from, std::string_view payload);
  void take(node_id from, const verify_request& what);
  void take(node_id from, const verify_reached& what);
  void take(node_id from, verify_digest& what);
  void take(node_id from, const mend_order& what);
  void take(node_id from, const state_wish& what);
  void find_damage(log_engine::inside& at);
  void mend(log_engine::inside& at);
  void step_aside(replica& r, raft::time_ms time);
  void leave_broken(log_engine::inside& at);
  void report_broken(map_change what);
  bool install_anew(log_engine::inside& at, replica& r, arrived_snapshot& what);

  struct known_owner {
    shard_owner owner;
    std::uint64_t term = 0;
  };

  storage::store& db;
  const member_options opts;
  admission self;
  std::unique_ptr<link::network> net;
  std::unique_ptr<log_engine> log;
  std::unique_ptr<map_updates> updates;
  std::unique_ptr<snapshot_sender> copies;
  std::unique_ptr<verifier> verify;
  std::unique_ptr<scrubber> reader;
  /// On the links' thread.
  std::unique_ptr<snapshot_receiver> arriving;
  member_listener* listener = nullptr;
  std::string client_address;
  /// On the log's thread.
  raft::time_ms next_handover = 0;
  std::map<shard_id, raft::time_ms> handover_again;
  raft::time_ms next_report = 0;
  std::set<shard_id> reported;
  std::set<shard_id> asked_to_leave;
  /// What came of copies of a shard that a node has sent, encoded.
  std::map<std::pair<shard_id, node_id>, std::string> untold;
  /// Replicas here that were found damaged and still lead, or are about to give
  /// their state up.
  std::set<shard_id> to_mend;
  std::map<shard_id, raft::time_ms> next_mend;
  /// Members that lack their state, and until when that is believed.
  std::map<std::pair<shard_id, node_id>, raft::time_ms> unfit;
  /// Nodes that are behind in a shard that is led here.
  std::set<node_id> lagging;
  std::uint32_t told_living = 0;

  mutable std::mutex mutex;
  std::vector<known_owner> owners;
  known_owner map_owner;
  std::set<node_id> reachable;
  struct seen_node {
    std::uint64_t incarnation = 0;
    /// 0 while it can be reached, and once its loss was told.
    raft::time_ms down_since = 0;
  };
  std::map<node_id, seen_node> seen;
  /// Those of them that are about to stop.
  std::set<node_id> leaving;
  std::map<node_id, node_report> reports;
  raft::time_ms next_own_report = 0;
  std::vector<wanted_change> unfulfilled;
  bool expelled = false;
  /// Who votes on the map, and has applied that; empty while it changes.
  std::vector<node_id> map_group;
  std::shared_ptr<const cluster_map> map = std::make_shared<cluster_map>();
};

} // namespace parley::cluster
