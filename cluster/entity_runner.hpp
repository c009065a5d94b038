#pragma once

#include <caf/actor.hpp>
#include <caf/execution_unit.hpp>
#include <caf/message.hpp>
#include <caf/resumable.hpp>

#include <cstdint>
#include <vector>

namespace parley::cluster {

/// Where entities go on that a thread of another kind tells something: on that
/// thread when they are few, for then waking another one takes longer than all
/// they have to do; on the actor system's threads otherwise. To be used on that
/// thread only, and to be run before it goes.
class entity_runner final : public caf::execution_unit {
public:
  /// Entities that are run here at a time, each with one message.
  static constexpr std::size_t few = 2;

  /// Hands the message to the entity. It hears of it with the next `run`, or
  /// earlier where there are many.
  void tell(const caf::actor& entity, caf::message what);

  /// Tells the entity that all is committed up to the ticket; likewise.
  void tell_committed(const caf::actor& entity, std::uint64_t ticket);

  /// Has those go on that were told. With `elsewhere` none of them here.
  void run(bool elsewhere = false);

  /// For CAF: the actor has something to do now.
  void exec_later(caf::resumable* what) override;

private:
  void run_here(caf::resumable* what);
  void run_elsewhere();

  std::vector<caf::resumable*> ready_;
  bool running_ = false;
  /// There have been more than a few since the last run.
  bool crowded_ = false;
};

} // namespace parley::cluster
