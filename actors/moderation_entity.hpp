#pragma once

#include "actors/entity.hpp"
#include "actors/moderation_state.hpp"

#include <optional>

namespace parley::actors {

/// The actor of a part of moderation: the desk, or a book of addresses. The
/// rules: moderation_state. Writes one decision at a time, and meanwhile leaves
/// everything else in the mailbox.
class moderation_entity final : public entity {
public:
  moderation_entity(caf::actor_config& cfg, services* with,
                    const cluster::entity_key& key,
                    const cluster::entity_home& home);

private:
  caf::behavior awake() override;
  result<void> load() override;
  void unload() override;
  outbox* rows() override;
  std::string row_key(std::uint64_t number) const override;
  bool busy(bool for_good) const override;
  void forget_uncommitted(std::uint64_t upto) override;

  void handle(moderation_request& r);
  void decide(const moderation_request& r);

  std::optional<moderation_state> state_;
  /// The ticket of the decision under way; 0 where there is none.
  std::uint64_t writing_ = 0;
};

} // namespace parley::actors
