#pragma once

#include <caf/actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include <cstdint>
#include <vector>

namespace parley::cluster {

/// Where the entities that the log tells of commits go on: on the log's own
/// thread when they are few, for then waking another thread takes longer than
/// all they have to do; on the actor system's threads otherwise.
class entity_runner final : public caf::execution_unit {
public:
  /// Entities that are run here at a time, each with one message.
  static constexpr std::size_t few = 2;

  /// Tells the entity that all is committed up to the ticket. It hears of it
  /// with the next `run`.
  void tell_committed(const caf::actor& entity, std::uint64_t ticket);

  /// Has those go on that were told. With `elsewhere` none of them here.
  void run(bool elsewhere);

  /// For CAF: the actor has something to do now.
  void exec_later(caf::resumable* what) override;

private:
  void run_here(caf::resumable* what);

  std::vector<caf::resumable*> ready_;
  bool running_ = false;
};

} // namespace parley::cluster
