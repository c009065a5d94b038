#pragma once

#include "base/error.hpp"
#include "cluster/raft/log_reader.hpp"
#include "cluster/raft/log_tail.hpp"
#include "cluster/raft/options.hpp"
#include "cluster/raft/output.hpp"
#include "cluster/raft/progress.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace parley::cluster::raft {

/// What a member finds on its disk. A node that just joins has all zero and
/// the configuration that its group was created with, or an empty one if it is
/// added to a living group.
struct initial_state {
  raft::hard_state hard_state;
  /// Just before the log's first entry: 0 or a snapshot's or compaction's.
  position compacted;
  /// The log's last entry; `compacted` if there is none.
  position last;
  /// Between the two.
  std::uint64_t applied = 0;
  /// As of `applied`.
  raft::configuration configuration;
};

/// What an arriving snapshot means to the log.
enum class snapshot_fate : std::uint8_t {
  /// Already have all that is in it. Must not be installed.
  refuse,
  /// Entries after it stay.
  keep_log,
  /// All entries are dropped.
  drop_log
};

/// What a leader knows of a member.
struct peer_info {
  node_id node = 0;
  bool learner = false;
  /// On its disk up to here.
  std::uint64_t match = 0;
  /// When the last answer came; on this node's clock.
  time_ms heard_at = 0;
  bool needs_snapshot = false;
};

/// One member of one group: the rules of Raft, and nothing else. No I/O, no
/// threads, no clock, no randomness but what comes of `seed`: the same inputs
/// give the same outputs. Not safe to call from many threads.
///
/// How to drive it: after any number of inputs, `take` and do as `output`
/// says. Each `now` must have been read AFTER the message that goes with it
/// arrived: a follower's promise to its leader is counted from it, so an older
/// one makes leases unsound.
///
/// Many groups on one node. Tick only those whose `next_deadline` has come.
/// Heartbeats fall due at multiples of the interval, in all groups at the same
/// time; so an engine that ticks all groups first, then takes all outputs, and
/// then sends each peer what has gathered for it as one link message, sends
/// one message a peer and interval however many groups there are. An idle
/// group costs two messages of about 15 bytes a follower and interval.
///
/// How long a failover takes: `election_min_ms` to `election_max_ms` until it
/// is noticed, then two exchanges of messages and two syncs.
class core {
public:
  /// `seed` must differ between the members of a group; `reader` outlives the
  /// core. Reads the log after the applied state, and fails as that does. A
  /// member that took part before neither votes nor stands until
  /// `election_min_ms` have passed, for it may have promised its leader so,
  /// unless it is the only voter.
  static result<core> open(const options& opts, node_id self,
                           const initial_state& found, const log_reader& reader,
                           std::uint64_t seed, time_ms now);

  // --- Inputs ---------------------------------------------------------------

  void step(message m, time_ms now);

  /// Does what has come due. Useless before `next_deadline`.
  void tick(time_ms now);

  /// Where `data` will be in the log, if it commits: it is lost if the entry
  /// that is applied at that index is of another term. `unavailable` if this
  /// is not the leader or it is handing over; `rate_limited` when too much is
  /// uncommitted.
  result<position> propose(std::string data, time_ms now);
  result<position> propose(std::shared_ptr<const std::string> data,
                           time_ms now);

  /// Puts an entry into the log that changes nothing and says `data` to every
  /// member that comes to it. As `propose`.
  result<position> mark(std::string data, time_ms now);

  /// Stands for leader no more, until it is opened anew: its state is worth
  /// nothing, but what it has promised is. Not for a leader.
  void abstain();

  /// Makes `voters` and `learners` the group; any difference is allowed, but a
  /// node should have caught up as a learner before it becomes a voter. One
  /// change at a time: `conflict` while one is under way. Done when the
  /// configuration applied is no longer joint. A leader that is not among the
  /// voters hands over and steps down then.
  result<position> change(std::vector<node_id> voters,
                          std::vector<node_id> learners, time_ms now);

  /// Hands leadership to a voter, as soon as it has the whole log. Proposals
  /// are refused meanwhile. Given up after `election_max_ms`.
  result<void> transfer_to(node_id target, time_ms now);

  /// To whom a leader best hands over: of the voters heard from lately, the
  /// one with the most of the log; 0 if there is none.
  node_id heir(time_ms now) const;

  /// ReadIndex (thesis 6.4): confirms, without trust in any clock, that no
  /// later leader had committed anything when this was called. The ticket
  /// comes back in `output::reads`, or never if leadership is lost.
  result<std::uint64_t> read(time_ms now);

  /// All outputs up to `number` are on disk.
  void persisted(std::uint64_t number);

  /// `output::committed` is applied up to `index`.
  void applied(std::uint64_t index);

  /// The log's entries up to this were dropped. They must be applied.
  void compacted(position upto);

  /// What to do with a snapshot of a committed state up to `upto`. To install
  /// one: with every output taken and persisted, ask; replace the state and
  /// drop the log, if so, in one batch; sync; call `snapshot_installed`; with
  /// no other input in between.
  snapshot_fate judge(position upto) const;

  /// The same where the state that is here is worth nothing, so that an older
  /// one may take its place: the core is to be opened anew after that, and
  /// gives out again what comes after the snapshot.
  snapshot_fate judge_anew(position upto) const;

  /// `config` is the configuration as of `upto`.
  void snapshot_installed(position upto, configuration config);

  /// The end of an attempt to bring `peer` a snapshot.
  void snapshot_sent(node_id peer, position upto, bool ok);

  /// What was sent to `peer` lately may be lost: its link broke.
  void unreachable(node_id peer);

  // --- Outputs --------------------------------------------------------------

  output take();

  /// Whether `take` would have anything to do.
  bool has_output() const;

  /// When `tick` has to be called again, `never` if only after other input.
  time_ms next_deadline() const;

  /// The leader may answer reads from its applied state while its clock is
  /// before this; 0 if not at all, `never` if it is the only voter. Read
  /// first, then check, then answer. To be published after each `take` before
  /// its messages are sent: a transfer voids it.
  time_ms lease_until() const;

  /// Until when this member helps no other to replace the leader that it has
  /// heard from last. Changes with each message of a leader.
  time_ms promised_until() const {
    return promised_until_;
  }

  status current() const;

  /// The newest in the log, committed or not.
  const raft::configuration& config() const;

  position last() const;
  std::uint64_t committed() const;

  /// Every member has the log on disk up to here, as far as this one knows:
  /// entries before it are needed by nobody.
  std::uint64_t held_by_all() const;

  /// Empty but on the leader.
  std::vector<peer_info> peers() const;

private:
  /// The tests break rules on purpose, to show that they would notice.
  friend class planted_bugs;

  struct transfer {
    node_id target;
    time_ms until;
    /// TimeoutNow is under way.
    bool sent = false;
  };

  struct waiting_read {
    confirmed_read read;
    /// Confirmed by this round's answers.
    std::uint64_t round;
  };

  core(const options& opts, node_id self, const initial_state& found,
       log_tail log, std::uint64_t seed);

  // core.cpp
  void enter(time_ms now);
  void send(node_id to, decltype(message::body) body);
  void send(node_id to, decltype(message::body) body, std::uint64_t term);
  void commit_to(std::uint64_t index);
  position append_own(entry_kind kind, std::shared_ptr<const std::string> data);
  time_ms random_between(time_ms low, time_ms high);

  // election.cpp
  bool promised() const;
  bool may_stand() const;
  void await_leader();
  void set_term(std::uint64_t term, node_id vote);
  void become_follower(std::uint64_t term, node_id leader);
  void rehearse();
  void campaign(bool forced);
  void ask_for_votes(bool rehearsal, bool forced, std::uint64_t term);
  bool won() const;
  void become_leader();
  bool accept_term(const message& m);
  void on(const message& m, const vote_request& request);
  void on(const message& m, const vote_answer& answer);
  void on(const message& m, const timeout_now& order);

  // follower.cpp
  bool hear_leader(const message& m);
  void on(const message& m, append& request);
  void on(const message& m, const heartbeat& beat);
  bool contradicts(const append& request) const;
  void take_over(append& request);

  // leader.cpp
  void on(const message& m, const append_answer& answer);
  void on(const message& m, const heartbeat_answer& answer);
  void level(progress& peer, std::uint64_t index);
  progress* heard(node_id from, const round_stamp& stamp);
  void lead();
  bool has_quorum() const;
  bool idle() const;
  void beat();
  void send_due();
  bool send_append(node_id to, progress& peer);
  void count_commit();
  std::uint64_t least_match() const;
  std::int64_t agreed_by_peers(std::int64_t (*reached)(const progress&)) const;

  // membership.cpp
  bool follow_log_config(const entry& e);
  void revert_config(std::uint64_t first);
  void settle_config();
  void meet_peers();

  // leadership.cpp
  void confirm_reads();
  void hand_over();
  void end_transfer();
  node_id best_successor() const;

  options opts_;
  node_id self_;
  log_tail log_;
  std::minstd_rand random_;
  time_ms now_ = 0;

  // On disk, or in the next output.
  raft::hard_state hard_;
  bool hard_unwritten_ = false;
  /// The output that carried it, while that is not persisted.
  std::uint64_t hard_under_way_ = 0;

  raft::role role_ = raft::role::follower;
  node_id leader_ = 0;
  bool abstains_ = false;
  /// Until then no vote is given, and no election started, without a leader's
  /// own order.
  time_ms promised_until_ = std::numeric_limits<time_ms>::min();
  /// When to stand for leader, as follower or candidate.
  time_ms election_at_ = never;
  std::set<node_id> granted_;

  std::uint64_t commit_ = 0;
  std::uint64_t applied_ = 0;
  /// Given out as committed up to here.
  std::uint64_t delivered_ = 0;
  /// Follower: the log was seen to be equal to the leader's up to here.
  std::uint64_t checked_ = 0;
  std::uint64_t held_by_all_ = 0;

  /// With the index of their entries; the first is the newest committed one.
  std::deque<std::pair<std::uint64_t, configuration>> configs_;

  // Leader.
  std::map<node_id, progress> peers_;
  std::uint64_t term_start_ = 0;
  std::uint64_t round_ = 0;
  time_ms beat_at_ = never;
  /// When to read again for a peer what could not be read.
  time_ms again_at_ = never;
  std::size_t uncommitted_bytes_ = 0;
  std::optional<transfer> transfer_;
  /// In this term: its lease is gone for good.
  bool lease_void_ = false;
  std::deque<waiting_read> reads_;
  std::uint64_t last_ticket_ = 0;

  // Gathered for the next output.
  bool dirty_ = true;
  std::uint64_t taken_ = 0;
  std::vector<message> now_out_;
  std::vector<message> after_out_;
  std::vector<confirmed_read> reads_out_;
  std::vector<node_id> snapshots_out_;
  raft::status told_;
};

} // namespace parley::cluster::raft
