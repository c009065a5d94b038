#pragma once

#include "tests/sim/whole/chatter.hpp"
#include "tests/sim/whole/machine.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace parley::sim {

struct chat_report {
  /// Empty if all was well.
  std::string failure;
  std::uint64_t steps = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t matches = 0;
  /// Tells two runs apart that should have been the same.
  std::uint64_t fingerprint = 0;
};

/// What a run does to its nodes: one in so many looks each; 0 is never.
struct chat_plan {
  std::int64_t crash = 0;
  std::int64_t power = 0;
  std::int64_t cut = 0;
  std::int64_t pause = 0;
  std::int64_t disk = 0;
  std::int64_t move = 0;
  std::int64_t weather = 0;
  /// Of a hundred things that users do, so many are about strangers.
  std::int64_t strangers = 0;
  /// How soon a crashed node comes back.
  std::int64_t back_up = 10;
};

/// One run of whole nodes: clients chat, things break as the seed says, and in
/// the end everything is mended, must work again, and is looked at.
class chat_run final : session_sink {
public:
  static constexpr std::uint32_t shards = 3;

  /// `dir` is there, for what nodes write beside their stores.
  chat_run(std::uint64_t seed, whole_bug bug, bool trace,
           const std::filesystem::path& dir);
  ~chat_run();

  chat_report run();

private:
  /// From a session's node to its user's owner; another one means that the
  /// owner may not know of the session.
  struct way {
    std::uint64_t life = 0;
    node_id owner = 0;
    /// The owner's term, or the connection to it.
    std::uint64_t through = 0;

    friend bool operator==(const way&, const way&) = default;
  };

  struct call_note {
    chatter* who = nullptr;
    node_id at = 0;
    way path = {};
  };

  void answered(std::uint64_t call, result<actors::reply> what) override;
  void told(const actors::publication& what) override;
  void told(const actors::match_notice& what) override;

  process_options options();
  void start(node_id id);
  void deliver(node_id to, std::uint64_t life, cluster::entity_key key,
               caf::message what);
  void go(true_us span);
  void trouble();
  void crash_some();
  void cut_some();
  void pause_some();
  void move_some();
  void weather_turns();
  void mend();
  bool settle();
  bool level();
  void look_at_owners();
  void look_at_queues(bool with_over);
  void look_at_sessions();
  std::vector<queue_view> queues(bool with_over);
  way way_of(node_id from, const user_id& user) const;
  void inspect();
  void note(const std::string& what) const;
  void tell() const;
  machine& at(node_id id) const {
    return *machines_[id - 1];
  }
  node_id anyone();
  node_id owner_of(cluster::shard_id shard) const;
  node_id someone_leading();

  timeline time_;
  dice random_;
  const whole_bug bug_;
  const bool trace_;
  chat_plan plan_;
  const node_id nodes_;
  history history_;
  const match::policy rules_;
  encounters met_;
  fabric net_;
  process_options opts_;
  std::vector<std::unique_ptr<machine>> machines_;
  std::vector<std::unique_ptr<chatter>> clients_;
  std::map<std::uint64_t, call_note> calls_;
  std::uint64_t last_call_ = 0;
  /// Who served a shard in a term of Raft.
  std::map<std::pair<cluster::shard_id, std::uint64_t>, node_id> owners_;
  /// Who may answer for each shard, at the last look; 0 is nobody.
  std::vector<node_id> leaders_;
  /// What is missing for rest, for people.
  std::string unrest_;
};

} // namespace parley::sim
