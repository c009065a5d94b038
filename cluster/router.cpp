#include "cluster/router.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <thread>

namespace parley::cluster {

router::router(caf::actor_system& system, shard_log& log, carrier& others,
               std::vector<entity_factory> factories,
               const router_options& opts)
  : factories_(std::move(factories)), opts_(opts), log_(log) {
  shards_.reserve(opts.shards);
  for (std::uint32_t i = 0; i < opts.shards; ++i)
    shards_.push_back(std::make_unique<shard>(static_cast<shard_id>(i), system,
                                              log, others, factories_));
}

void router::send(const entity_key& key, caf::message what, unsigned hops,
                  entity_runner* by) {
  shards_[shard_of(key, opts_.shards)]->deliver(key, std::move(what), hops, by);
}

void router::send_to_all(entity_kind kind, const caf::message& what) {
  for (auto& s : shards_)
    s->deliver_to_all(kind, what);
}

result<void> router::admit() const {
  return log_.reader().writable();
}

void router::set_owner(shard_id shard, const shard_owner& owner) {
  if (shard < shards_.size())
    shards_[shard]->set_owner(owner);
}

void router::retry() {
  for (auto& s : shards_)
    s->retry();
}

std::uint32_t router::upsets(const entity_key& key) const {
  return shards_[shard_of(key, opts_.shards)]->upsets();
}

void router::upset(shard_id shard) {
  if (shard < shards_.size())
    shards_[shard]->upset();
}

void router::sweep(steady_clock::time_point now) {
  // Keys are spread evenly, so the node's bound is the shards' share of it.
  auto most = std::max<std::size_t>(1, opts_.entities_max / opts_.shards);
  for (auto& s : shards_) {
    s->passivate_idle(now - opts_.idle_after, most);
    s->retry();
    s->expire(now - limits::owner_wait);
  }
}

std::vector<entity_info> router::entities(std::size_t limit) const {
  std::vector<entity_info> all;
  for (auto& s : shards_)
    s->list(limit, all);
  std::sort(all.begin(), all.end(),
            [](auto& a, auto& b) { return a.idle < b.idle; });
  if (all.size() > limit)
    all.resize(limit);
  return all;
}

std::size_t router::live(entity_kind kind) const {
  std::size_t sum = 0;
  for (auto& s : shards_)
    sum += s->live(kind);
  return sum;
}

bool router::stop(steady_clock::time_point deadline) {
  for (auto& s : shards_)
    s->close();
  auto gone = [this] {
    return std::all_of(shards_.begin(), shards_.end(),
                       [](auto& s) { return s->size() == 0; });
  };
  while (!gone()) {
    if (steady_clock::now() >= deadline)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

} // namespace parley::cluster
