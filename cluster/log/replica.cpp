#include "cluster/log/replica.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "cluster/link/frame.hpp"
#include "cluster/refusals.hpp"
#include "cluster/shard_log.hpp"
#include "cluster/type_ids.hpp"
#include "storage/refusals.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace parley::cluster {

namespace {

// It is there from the start, so that the first event is an increase.
auto& states_lost
  = metrics::counter("parley_cluster_states_lost_total",
                     "Replicas whose state was given up as damaged.");

const auto nothing = std::make_shared<const std::string>();

/// Why what was decided in `term` can't be written in `current`.
error outdated(std::uint64_t term, std::uint64_t current) {
  return term >> loss_bits == current >> loss_bits
           ? storage::storage_restarted()
           : shard_moved();
}

/// Of one decision; Raft adds little to it on its way.
constexpr std::size_t writes_bytes_max
  = link::frame_bytes_max - (std::size_t{64} << 10);

bool is_too_large(const proposal& p) {
  return p.writes.bytes() > writes_bytes_max;
}

} // namespace

void fail(const waiter& who, const error& why) {
  if (who.then)
    who.then(why);
  else
    caf::anon_send(who.entity, commit_failed{who.ticket, why});
}

result<std::unique_ptr<replica>>
replica::open(const storage::store& db, shard_id shard, node_id self,
              const raft::options& opts, std::uint64_t seed,
              catch_up_pace& pace, replica_view& view) {
  auto disk = std::make_unique<disk_log>(db, shard);
  auto damaged = disk->damaged();
  if (!damaged)
    return damaged.error();
  // Whatever is left of its rows, or nothing.
  if (*damaged == damage::promises)
    return error{errc::corrupt, "the replica's log was damaged"};
  auto found = disk->find();
  if (!found)
    return found.error();
  if (!*found)
    return nullptr;
  auto rules
    = raft::core::open(opts, self, **found, *disk, seed, boot_clock_ms());
  if (!rules)
    return rules.error();
  if (*damaged)
    rules->abstain();
  disk->pace_by(pace);
  std::unique_ptr<replica> opened{new replica{
    shard, self, std::move(disk), **found, std::move(*rules), view}};
  opened->state_lost_ = damaged->has_value();
  return opened;
}

replica::replica(shard_id shard, node_id self, std::unique_ptr<disk_log> disk,
                 const raft::initial_state& found, raft::core rules,
                 replica_view& view)
  : shard_(shard),
    self_(self),
    disk_(std::move(disk)),
    at_{{0, found.applied}, found.compacted, found.configuration},
    last_(found.last.index),
    core_(std::move(rules)),
    view_(view),
    committed_(found.applied),
    core_applied_(found.applied) {
  at_.applied.term = found.applied == found.compacted.index
                       ? found.compacted.term
                       : disk_->term(found.applied).value_or(0);
}

bool replica::alone() const {
  const auto& who = core_.config();
  return who.alone(self_) && who.learners.empty();
}

/// Nobody needs the log of a group of one, but what it has from the time
/// before it was one has to be applied first.
bool replica::keeps_log() const {
  return !alone() || last_ != at_.compacted.index;
}

std::uint64_t replica::served_term() const {
  return status_.serving && !state_lost_ ? status_.term << loss_bits | losses_
                                         : 0;
}

/// What was decided up to now is void.
void replica::begin_term() {
  losses_ = (losses_ + 1) & ((1u << loss_bits) - 1);
  view_.term.store(served_term(), std::memory_order_release);
}

/// Not before those who were earlier have their answers: an entity that reads
/// its state anew must find there what it has under way.
void replica::lose(waiter who, const error& why) {
  if (pending_.empty())
    fail(who, why);
  else
    pending_.back().lost.emplace_back(std::move(who), why);
}

/// What no link carries would never come to the others. What was decided on top
/// of it is void with it.
void replica::refuse_too_large(std::vector<proposal> what) {
  begin_term();
  for (auto& p : what) {
    auto why = is_too_large(p) ? error{errc::too_large, "what is to be written"}
                               : shard_moved();
    lose(std::move(p.who), why);
  }
}

void replica::refuse(std::vector<proposal> what, const error& why) {
  auto current = served_term();
  auto is_current
    = [&](const proposal& p) { return current != 0 && p.term == current; };
  if (std::any_of(what.begin(), what.end(), is_current))
    begin_term();
  for (auto& p : what)
    lose(std::move(p.who), is_current(p) ? why : outdated(p.term, current));
}

void replica::propose(std::vector<proposal> what, raft::time_ms now) {
  auto current = served_term();
  std::erase_if(what, [&](proposal& p) {
    // Term 0 is nobody's, also while this node serves in none.
    if (current != 0 && p.term == current)
      return false;
    lose(std::move(p.who), outdated(p.term, current));
    return true;
  });
  if (what.empty())
    return;
  auto logged = keeps_log();
  if (logged && std::any_of(what.begin(), what.end(), is_too_large))
    return refuse_too_large(std::move(what));
  auto data = nothing;
  if (logged) {
    std::string bytes;
    for (auto& p : what)
      bytes += p.writes.encoded();
    data = std::make_shared<const std::string>(std::move(bytes));
  }
  auto at = core_.propose(std::move(data), now);
  if (!at) {
    refuse(std::move(what), at.error());
    return;
  }
  auto& entry = pending_.emplace_back();
  entry.at = *at;
  entry.waiters.reserve(what.size());
  for (auto& p : what) {
    entry.bytes += p.writes.bytes();
    entry.waiters.push_back(std::move(p.who));
    if (!logged)
      entry.writes.push_back(std::move(p.writes));
  }
  add_pending_bytes(entry.bytes, 0);
}

bool replica::collect(replica_outputs& to) {
  if (!core_.has_output() && backlog_.empty())
    return false;
  if (core_.has_output())
    take_output(to);
  apply_some(to);
  if (put_position_)
    disk_->put(to.writes, at_);
  put_position_ = false;
  return true;
}

void replica::take_output(replica_outputs& to) {
  auto out = core_.take();
  // Before anything is sent: handing over voids the lease.
  publish(out.status);
  for (auto& m : out.messages_now)
    to.now.push_back({shard_, std::move(m)});
  for (auto& m : out.messages_after)
    to.after.push_back({shard_, std::move(m)});
  want_snapshot_.insert(want_snapshot_.end(), out.want_snapshot.begin(),
                        out.want_snapshot.end());
  if (out.hard_state)
    disk_->put(to.writes, *out.hard_state);
  if (!out.entries.empty())
    append(out, to.writes);
  if (!out.committed.empty())
    committed_ = out.committed.back().at.index;
  if (backlog_.empty())
    backlog_.swap(out.committed);
  else
    std::move(out.committed.begin(), out.committed.end(),
              std::back_inserter(backlog_));
  to.must_sync = to.must_sync || out.must_persist();
  persisted_ = out.number;
}

/// Up to a mark, so that the state can be looked at as it was there; or until
/// the batch is full.
void replica::apply_some(replica_outputs& to) {
  std::size_t done = 0;
  while (done < backlog_.size() && !mark_) {
    const auto& e = backlog_[done++];
    if (e.at.index > at_.applied.index)
      apply(e, to.writes);
    if (to.full())
      break;
  }
  backlog_.erase(backlog_.begin(),
                 backlog_.begin() + static_cast<std::ptrdiff_t>(done));
}

void replica::publish(const std::optional<raft::status>& changed) {
  // Readers share the line that it is on.
  if (auto until = core_.lease_until(); until != lease_until_) {
    lease_until_ = until;
    view_.lease_until.store(until, std::memory_order_release);
  }
  if (!changed)
    return;
  auto served = status_.serving;
  auto term = status_.term;
  status_ = *changed;
  status_changed_ = true;
  if (state_lost_ && status_.role != raft::role::leader)
    core_.abstain();
  view_.leader.store(status_.leader, std::memory_order_release);
  view_.term.store(served_term(), std::memory_order_release);
  if (served && (!status_.serving || status_.term != term))
    fail_pending(shard_moved());
}

void replica::append(const raft::output& out, storage::write_batch& to) {
  if (out.alone && !keeps_log()) {
    // Being written is being committed: the state takes the log's place.
    for (const auto& e : out.entries) {
      auto found = std::find_if(pending_.begin(), pending_.end(),
                                [&](auto& p) { return p.at == e.at; });
      if (found != pending_.end())
        for (auto& set : std::exchange(found->writes, {}))
          to.add(set);
      if (e.kind == raft::entry_kind::config)
        apply(e, to);
      note(e);
      at_.applied = e.at;
      at_.compacted = e.at;
    }
    applied_some_ = true;
    last_ = at_.applied.index;
    return;
  }
  // That of a group of one was not kept up to date: there is no log that it
  // would have to fit, and after a restart all is in a later term.
  put_position_ = put_position_ || at_.applied == at_.compacted;
  disk_->append(to, out.entries, last_);
  last_ = out.entries.back().at.index;
  for (const auto& e : out.entries)
    log_bytes_ += e.data->size() + 64;
}

void replica::apply(const raft::entry& e, storage::write_batch& to) {
  if (e.kind == raft::entry_kind::normal) {
    if (!state_lost_)
      if (auto added = to.add_encoded(*e.data); !added)
        lose_state(to, "an entry that makes no sense");
  } else if (e.kind == raft::entry_kind::config) {
    if (auto members = raft::decode_configuration(*e.data))
      at_.members = std::move(*members);
    else
      lose_state(to, "members that make no sense");
  }
  note(e);
  at_.applied = e.at;
  applied_some_ = true;
  put_position_ = true;
}

void replica::note(const raft::entry& mark) {
  if (mark.kind == raft::entry_kind::noop && !mark.data->empty())
    mark_ = *mark.data;
}

void replica::lose_state(storage::write_batch& to, std::string_view why) {
  if (state_lost_)
    return;
  states_lost.Increment();
  log::error("shard_state_lost", {{"shard", shard_},
                                  {"index", at_.applied.index},
                                  {"why", std::string{why}}});
  state_lost_ = true;
  disk_->put(to, damage::state);
  view_.term.store(0, std::memory_order_release);
  fail_pending(shard_moved());
  if (core_.current().role != raft::role::leader)
    core_.abstain();
}

bool replica::written(entity_runner& entities) {
  core_.persisted(persisted_);
  auto applied_some = std::exchange(applied_some_, false);
  if (applied_some)
    settle(at_.applied, entities);
  auto upto = backlog_.empty() ? committed_ : backlog_.front().at.index - 1;
  if (upto <= core_applied_)
    return applied_some;
  core_applied_ = upto;
  core_.applied(core_applied_);
  if (at_.compacted.index == core_applied_)
    core_.compacted(at_.compacted);
  return applied_some;
}

/// Tells those whose writes are applied: each entity once, with its highest
/// ticket.
void replica::settle(raft::position upto, entity_runner& entities) {
  while (!pending_.empty() && pending_.front().at.index <= upto.index) {
    auto done = std::move(pending_.front());
    pending_.pop_front();
    add_pending_bytes(0, done.bytes);
    for (auto& w : done.waiters) {
      if (w.then)
        w.then({});
      else
        highest_[w.entity] = w.ticket;
    }
    if (done.lost.empty())
      continue;
    tell_committed(entities);
    for (auto& [who, why] : done.lost)
      fail(who, why);
  }
  tell_committed(entities);
}

void replica::tell_committed(entity_runner& entities) {
  for (auto& [entity, ticket] : highest_)
    entities.tell_committed(entity, ticket);
  highest_.clear();
}

void replica::resign(const error& why) {
  status_.serving = false;
  view_.term.store(0, std::memory_order_release);
  fail_pending(why);
}

void replica::write_failed(const error& why) {
  if (!alone())
    return resign(why);
  begin_term();
  fail_pending(why);
}

void replica::fail_pending(const error& why) {
  add_pending_bytes(0, pending_bytes_);
  for (auto& p : std::exchange(pending_, {})) {
    for (auto& w : p.waiters)
      fail(w, why);
    for (auto& [who, reason] : p.lost)
      fail(who, reason);
  }
}

void replica::add_pending_bytes(std::size_t more, std::size_t less) {
  pending_bytes_ += more;
  pending_bytes_ -= less;
  view_.pending_bytes.store(pending_bytes_, std::memory_order_relaxed);
}

void replica::compact(storage::write_batch& to, std::uint64_t bytes_min,
                      std::uint64_t bytes_max) {
  // Another's state can be older than what is applied here.
  if (state_lost_)
    return;
  auto all = (alone() && keeps_log()) || std::exchange(forget_log_, false);
  if (log_bytes_ < bytes_min && !all)
    return;
  auto upto = std::min(core_.held_by_all(), core_applied_);
  if (log_bytes_ > bytes_max || all)
    upto = core_applied_;
  if (upto <= at_.compacted.index)
    return;
  auto term = upto == at_.applied.index ? std::optional{at_.applied.term}
                                        : disk_->term(upto);
  if (!term)
    return;
  disk_->drop(to, at_.compacted.index, upto);
  // What stays, as if all entries were of the same size.
  log_bytes_ = log_bytes_ * (last_ - upto) / (last_ - at_.compacted.index);
  at_.compacted = {*term, upto};
  disk_->put(to, at_);
  core_.compacted(at_.compacted);
}

void replica::snapshot_installed(replica_position at,
                                 raft::snapshot_fate fate) {
  at_ = std::move(at);
  if (fate == raft::snapshot_fate::drop_log)
    last_ = at_.applied.index;
  committed_ = at_.applied.index;
  core_applied_ = committed_;
  core_.snapshot_installed(at_.applied, at_.members);
}

} // namespace parley::cluster
