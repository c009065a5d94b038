#pragma once

#include "actors/decision.hpp"
#include "actors/outbox.hpp"
#include "actors/services.hpp"
#include "actors/type_ids.hpp"
#include "cluster/shard.hpp"

#include <caf/event_based_actor.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string_view>
#include <vector>

namespace parley::actors {

/// The actor around the rules of one user, conversation or directory.
///
/// Decides, hands the writes to its shard's log, and only when they are
/// committed answers and tells. Answers and events leave in the order of the
/// decisions, so nobody ever sees what is not durable, not even by asking; many
/// decisions may be under way at once.
///
/// Reads its state from the store with its first command (blocking, bounded by
/// the size of the entity). When a handler throws or a commit fails, the state
/// is dropped, what waits stays in the mailbox until nothing is under way, and
/// the next command reads the state anew.
class entity : public caf::event_based_actor {
public:
  entity(caf::actor_config& cfg, services* with, const cluster::entity_key& key,
         const cluster::entity_home& home);

  const char* name() const override;

protected:
  /// The handler of the derived entity's request, followed by `common()`.
  virtual caf::behavior awake() = 0;

  /// The handlers that every entity has.
  caf::message_handler common();

  /// Reads the state. Only a state that could be read is used.
  virtual result<void> load() = 0;

  /// Drops the state.
  virtual void unload() = 0;

  /// Null while there is no state.
  virtual outbox* rows() = 0;

  /// Where an outbox row is stored.
  virtual std::string row_key(std::uint64_t number) const = 0;

  /// An outbox row was delivered; called before it is forgotten.
  virtual void delivered(std::uint64_t) {}

  /// Whether something that is in memory only keeps the entity alive.
  virtual bool busy(bool for_good) const = 0;

  /// What is committed up to now; for caches of what is not.
  virtual void forget_uncommitted(std::uint64_t) {}

  /// An answer that is none for the outbox.
  virtual void receive(actors::response&) {}

  virtual void due(tick::of) {}

  /// Something was decided and not told, for somebody else may own the shard
  /// by now. Where nobody does, it is still to be told of.
  virtual void untold() {}

  /// Runs `handle` with the state loaded. Answers `internal` and drops the
  /// state if it throws; answers `unavailable` where `writes` and the node
  /// can't write now.
  void attend(std::string_view command, std::int64_t sent_us,
              const reply_address& reply_to, bool writes,
              const std::function<void()>& handle);

  /// The state was dropped, and what was decided on it is still under way.
  bool draining() const {
    return draining_;
  }

  /// Carries out a decision.
  void settle(decision d, const reply_address& reply_to);

  /// What the numbers of its questions begin behind. Time tells one actor of an
  /// entity from another well enough: the answers that one of an earlier owner
  /// waited for come to the next one.
  static std::uint64_t first_question() {
    return static_cast<std::uint64_t>(steady_us());
  }

  /// The ticket that the next write set gets.
  std::uint64_t next_ticket() const {
    return last_ticket_ + 1;
  }

  /// Answers at once: for what is not decided on the state.
  void answer(const reply_address& to, result<reply> what);

  /// Sends a command in the name of `from`, with the answer to this entity
  /// under `token`.
  template <class Command>
  void ask(const cluster::entity_key& whom, const caller& from, Command what,
           std::uint64_t token) {
    dispatch(whom, from, entity_address{key_, token}, std::move(what));
  }

  /// Sends a command with the answer to whom it may concern.
  void dispatch(const cluster::entity_key& whom, const caller& from,
                reply_address reply_to, conversation_command what);
  void dispatch(const cluster::entity_key& whom, const caller& from,
                reply_address reply_to, user_command what);
  void dispatch(const cluster::entity_key& whom, const caller& from,
                reply_address reply_to, directory_command what);
  void dispatch(const cluster::entity_key& whom, const caller& from,
                reply_address reply_to, queue_command what);
  void dispatch(const cluster::entity_key& whom, const caller& from,
                reply_address reply_to, moderation_command what);

  /// Has `due(what)` called after `delay`, once for all calls until then.
  void wake(tick::of what, std::chrono::milliseconds delay);

  /// Sends the outbox rows whose turn it is. Those of a state that was dropped
  /// are read first.
  void deliver_rows();

  /// Leaves everything but answers, commits and ticks in the mailbox, in
  /// order, until `carry_on`.
  void hold();
  void carry_on();

  /// Ends where that is wished and nothing is under way any more; to be called
  /// when `busy` may be over.
  void stop_if_wished();
  /// Whether nobody else can own the shard.
  bool owns_shard() const {
    return home_.log->holds(home_.shard_number, term_);
  }

  /// The time of day, which may be set.
  timestamp_ms now() const {
    return with_->time.now_ms();
  }

  /// For timers: never jumps.
  timestamp_ms steady_now() const {
    return with_->ticks->now_ms();
  }

  services* with_;
  const cluster::entity_key key_;
  const cluster::entity_home home_;

private:
  /// What is told once everything up to `ticket` is committed.
  struct effect {
    std::uint64_t ticket = 0;
    reply_address reply_to;
    decision what;
  };

  /// An answer that waits for outbox rows.
  struct waiting_answer {
    reply_address reply_to;
    result<reply> what = actors::done{};
    std::set<std::uint64_t> rows;
  };

  caf::behavior make_behavior() override;
  caf::behavior held();

  void on(const cluster::committed& upto);
  void on(const cluster::commit_failed& lost);
  void on(const cluster::passivate& wish);
  void on(actors::response& r);
  void on(tick t);

  /// Reads the state where it is not there.
  result<void> wake_up();
  /// Runs it; drops the state and answers `internal` if it throws. One in
  /// another is a part of that.
  void guard(std::string_view what, const reply_address& reply_to,
             const std::function<void()>& run);
  void release(effect& e);
  void answer_when_delivered(effect& e);
  void row_done(std::uint64_t number);
  /// Moves the row to the dead letters: it can't be carried out.
  void set_aside(std::uint64_t number, std::string_view reason);
  void row_over(std::uint64_t number);
  void drop_state();
  /// Drops a state that somebody else may have gone on from. Not while a
  /// handler uses it.
  void drop_outdated();
  bool at_rest() const;
  void send_row(std::uint64_t number);
  void read_rows_again();

  std::uint64_t term_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t settled_ticket_ = 0;
  std::deque<effect> effects_;
  std::vector<waiting_answer> waiting_;
  /// What the tokens of the outbox rows begin with since they were read.
  std::uint64_t rows_token_ = 0;
  std::uint16_t awaited_ticks_ = 0;
  bool loaded_ = false;
  /// Somebody else may own the shard: the state is to be dropped.
  bool outdated_ = false;
  bool handling_ = false;
  /// The state was dropped, and its outbox with it.
  bool rows_forgotten_ = false;
  bool holding_ = false;
  bool draining_ = false;
  bool stop_wished_ = false;
};

/// How often an entity looks whether answers that it waits for may be lost.
inline constexpr std::chrono::milliseconds look_for_losses{200};

/// Tokens of outbox rows have this bit, those of other questions do not.
inline constexpr std::uint64_t outbox_token = 1ull << 63;

/// The low bits of such a token are the row's number.
inline constexpr unsigned row_bits = 40;

} // namespace parley::actors
