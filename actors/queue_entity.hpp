#pragma once

#include "actors/entity.hpp"
#include "actors/queue_state.hpp"

#include <optional>

namespace parley::actors {

/// The actor of a queue. The rules: queue_state. It does by itself what falls
/// due, and stays while this node owns its shard.
class queue_entity final : public entity {
public:
  queue_entity(caf::actor_config& cfg, services* with,
               const cluster::entity_key& key,
               const cluster::entity_home& home);

private:
  caf::behavior awake() override;
  result<void> load() override;
  void unload() override;
  outbox* rows() override;
  std::string row_key(std::uint64_t number) const override;
  void delivered(std::uint64_t number) override;
  bool busy(bool for_good) const override;
  void forget_uncommitted(std::uint64_t upto) override;
  void due(tick::of what) override;

  void handle(queue_request& r);
  /// Does what is due, where the node can write.
  void advance();
  void note_arrival();
  /// Asks users' entities who is there.
  void ask_around();
  void look_ahead();
  void wake_in(std::chrono::milliseconds delay);

  timestamp_ms queue_now() const;

  const queue_name name_;
  /// The queue's time when it was read, and the moment by the clock that does
  /// not jump.
  timestamp_ms loaded_time_ = 0;
  timestamp_ms loaded_at_ = 0;
  std::optional<queue_state> state_;
  /// When the earliest tick under way is to come.
  std::optional<steady_clock::time_point> wakes_at_;
};

} // namespace parley::actors
