#include "cluster/local_shard_log.hpp"

#include "cluster/type_ids.hpp"

#include <caf/send.hpp>

namespace parley::cluster {

namespace {

struct entity_submission final : storage::submission {
  caf::actor entity;
  std::uint64_t ticket = 0;
};

entity_submission& of_entity(storage::submission& work) {
  return static_cast<entity_submission&>(work);
}

} // namespace

local_shard_log::local_shard_log(storage::store& db,
                                 const storage::options& opts)
  : db_(db), committer_(db, *this, opts) {}

result<void> local_shard_log::admit(shard_id) const {
  return committer_.admit();
}

std::uint64_t local_shard_log::term(shard_id shard) const {
  return committer_.term(shard);
}

void local_shard_log::append(shard_id shard, std::uint64_t term,
                             storage::write_set writes,
                             const caf::actor& entity, std::uint64_t ticket) {
  auto work = std::make_unique<entity_submission>();
  work->shard = shard;
  work->term = term;
  work->writes = std::move(writes);
  work->entity = entity;
  work->ticket = ticket;
  committer_.submit(std::move(work));
}

const storage::store& local_shard_log::reader() const {
  return db_;
}

void local_shard_log::completed(
  std::vector<std::unique_ptr<storage::submission>> batch,
  const result<void>& outcome) {
  // Not with high priority: an actor that skips messages does not look at them
  // again when it is an urgent one that made it ready for them.
  if (!outcome) {
    for (auto& work : batch) {
      auto& lost = of_entity(*work);
      caf::anon_send(lost.entity, commit_failed{lost.ticket, outcome.error()});
    }
    return;
  }
  for (auto& work : batch) {
    auto& durable = of_entity(*work);
    highest_[durable.entity] = durable.ticket;
  }
  for (auto& [entity, ticket] : highest_)
    caf::anon_send(entity, committed{ticket});
  highest_.clear();
}

} // namespace parley::cluster
