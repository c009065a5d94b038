#include "cluster/entity_runner.hpp"

#include "cluster/shard_log.hpp"
#include "cluster/type_ids.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <utility>

namespace parley::cluster {

void entity_runner::tell(const caf::actor& entity, caf::message what) {
  system_ = &entity->home_system();
  caf::actor_cast<caf::abstract_actor*>(entity)->enqueue(
    nullptr, caf::make_message_id(), std::move(what), this);
}

// Not with high priority: an actor that skips messages does not look at them
// again when it is an urgent one that made it ready for them.
void entity_runner::tell_committed(const caf::actor& entity,
                                   std::uint64_t ticket) {
  system_ = &entity->home_system();
  entity->eq_impl(caf::make_message_id(), nullptr, this, committed{ticket});
}

// What an entity that runs here makes ready is somebody else's.
void entity_runner::exec_later(caf::resumable* what) {
  if (running_ || crowded_)
    return system_->scheduler().enqueue(what);
  ready_.push_back(what);
  crowded_ = ready_.size() > few;
  if (crowded_)
    run_elsewhere();
}

void entity_runner::run(bool elsewhere) {
  running_ = true;
  if (elsewhere)
    run_elsewhere();
  for (auto* what : ready_)
    run_here(what);
  ready_.clear();
  running_ = false;
  crowded_ = false;
}

void entity_runner::run_elsewhere() {
  for (auto* what : ready_)
    system_->scheduler().enqueue(what);
  ready_.clear();
}

// As CAF's own threads do it: whoever is ready holds a reference.
void entity_runner::run_here(caf::resumable* what) {
  switch (what->resume(this, 1)) {
    case caf::resumable::resume_later:
      system_->scheduler().enqueue(what);
      break;
    case caf::resumable::awaiting_message:
    case caf::resumable::done:
    case caf::resumable::shutdown_execution_unit:
      caf::intrusive_ptr_release(what);
      break;
  }
}

} // namespace parley::cluster
