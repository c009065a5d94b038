#pragma once

#include "actors/entity.hpp"

namespace parley::actors {

/// The actor that keeps the handles which start with the same two letters, for
/// `user.search`. It has no state but its rows.
class directory_entity final : public entity {
public:
  directory_entity(caf::actor_config& cfg, services* with,
                   const cluster::entity_key& key,
                   const cluster::entity_home& home);

private:
  caf::behavior awake() override;
  result<void> load() override;
  void unload() override;
  outbox* rows() override;
  std::string row_key(std::uint64_t number) const override;
  bool busy(bool for_good) const override;

  void handle(directory_request& r);
  decision decide(const list_handle& m) const;
  decision decide(const search_handles& m) const;

  const storage::directory_keys keys_;
};

} // namespace parley::actors
