#include "base/log.hpp"
#include "cluster/member/member_impl.hpp"
#include "cluster/member/placement.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster {

namespace {

/// A learner that has answered and lacks no more than this becomes a voter.
constexpr std::uint64_t lag_max = 64;
constexpr raft::time_ms heard_within_ms = 1000;
constexpr raft::time_ms handover_every_ms = 100;
/// A group refuses proposals while it is handed over: not again and again to a
/// node that does not take it.
constexpr raft::time_ms handover_again_ms = 5000;
constexpr raft::time_ms address_report_every_ms = 1000;
constexpr unsigned redirects_max = 2;
constexpr raft::time_ms lost_after_ms = 5000;
/// Longer than an election, or than leadership takes to be handed over.
constexpr raft::time_ms change_patience_ms = 5000;

bool is_level(const raft::core& core, node_id node, raft::time_ms now) {
  for (const auto& p : core.peers())
    if (p.node == node)
      return p.match != 0 && p.match + lag_max >= core.last().index
             && now - p.heard_at < heard_within_ms;
  return false;
}

std::vector<node_id> without(std::vector<node_id> from,
                             const std::vector<node_id>& what) {
  std::erase_if(from, [&](node_id node) {
    return std::find(what.begin(), what.end(), node) != what.end();
  });
  return from;
}

} // namespace

// -- changes of the map ------------------------------------------------------

void map_updates::make(change what, then done) {
  waiting_.emplace_back(std::move(what), std::move(done));
  if (!busy_)
    next();
}

void map_updates::next() {
  while (!waiting_.empty() && !busy_) {
    auto now = cluster_map::read(log_.reader(), shards_);
    auto writes = now ? waiting_.front().first(*now)
                      : result<storage::write_set>{now.error()};
    auto term = log_.term(meta_shard);
    if (writes && term == 0)
      writes = error{errc::unavailable, "the cluster map has moved", {}, 200};
    if (!writes || writes->empty()) {
      // What an owner of earlier times knows is nothing to act on.
      if (writes && !log_.holds(meta_shard, term))
        writes = error{errc::unavailable, "the cluster map has moved", {}, 200};
      finish(writes ? result<void>{} : result<void>{writes.error()});
      continue;
    }
    busy_ = true;
    log_.append(meta_shard, term, std::move(*writes),
                [this](const result<void>& outcome) {
                  busy_ = false;
                  finish(outcome);
                  next();
                });
  }
}

void map_updates::finish(const result<void>& outcome) {
  auto done = std::move(waiting_.front().second);
  waiting_.pop_front();
  done(outcome);
}

void member::impl::change_here(change_rule what,
                               std::function<void(result<void>)> then) {
  log->post([this, what = std::move(what), then = std::move(then)](auto&) {
    if (log->term(meta_shard) == 0)
      return then(not_map_owner());
    updates->make(what, then);
  });
}

void member::impl::change(const map_change& what,
                          std::function<void(result<void>)> then) {
  try_change({what, boot_clock_ms() + change_patience_ms, std::move(then)});
}

void member::impl::try_change(wanted_change what) {
  log->post([this, what = std::move(what)](auto&) {
    auto then = [this, what](const result<void>& done) {
      if (done || done.error().code != errc::unavailable
          || boot_clock_ms() >= what.until)
        return what.then(done);
      std::lock_guard guard{mutex};
      unfulfilled.push_back(what);
    };
    if (log->term(meta_shard) != 0)
      return updates->make(
        [this, change = what.change](const cluster_map& m) {
          return decide(change, m);
        },
        then);
    auto owner = not_map_owner();
    if (owner.field.empty() || !net)
      return then(owner);
    change_elsewhere(what.change, owner.field, 0, then);
  });
}

/// A removal is judged by what this node sees, which owns the map: who asked
/// for it may know less.
result<storage::write_set> member::impl::decide(const map_change& what,
                                                const cluster_map& m) const {
  const auto* row = m.find(what.node);
  if (what.what == map_change::kind::remove && what.text != map_change::forced
      && row && row->state != node_state::removed)
    if (auto may = may_remove(what.node, m, sight()); !may)
      return may.error();
  return apply(what, m);
}

node_sight member::impl::sight() const {
  node_sight out;
  std::lock_guard guard{mutex};
  out.reachable = reachable;
  out.reachable.insert(self.node);
  for (const auto& [node, said] : reports)
    if (said.drained && out.reachable.contains(node))
      out.drained.insert(node);
  out.map_voters = map_group;
  return out;
}

void member::impl::look_at_map_group(log_engine::inside& at) {
  std::vector<node_id> voters;
  if (auto* r = at.find(meta_shard)) {
    const auto& have = r->core().config();
    if (!have.joint() && r->position().members == have)
      voters = have.voters;
  }
  std::lock_guard guard{mutex};
  map_group = std::move(voters);
}

std::vector<member::impl::wanted_change> member::impl::take_unfulfilled() {
  std::lock_guard guard{mutex};
  return std::exchange(unfulfilled, {});
}

void member::impl::change_elsewhere(const map_change& what,
                                    const std::string& address, unsigned hops,
                                    std::function<void(result<void>)> then) {
  net->request(address, encode(control_request{what}), std::chrono::seconds{5},
               [this, what, hops,
                then = std::move(then)](const result<std::string>& answer) {
                 if (answer)
                   return then({});
                 auto why = answer.error();
                 // Who cannot be reached owns nothing for long.
                 if (why.code == errc::io_failed
                     || why.code == errc::bad_config)
                   why = {errc::unavailable, why.detail, {}, 500};
                 if (why.code == errc::unavailable && !why.field.empty()
                     && hops < redirects_max)
                   return change_elsewhere(what, why.field, hops + 1, then);
                 then(why);
               });
}

// -- what a node does for the map --------------------------------------------

void member::impl::do_duty(log_engine::inside& at) {
  auto now = current_map();
  look_at_map_group(at);
  for (auto& what : take_unfulfilled())
    try_change(std::move(what));
  verify->tick(boot_clock_ms());
  if (now->nodes.empty() || !net)
    return;
  if (auto now_living = living(); now_living != told_living)
    net->set_living(told_living = now_living);
  look_for_lost_nodes();
  tell_outcomes();
  look_who_lags(at);
  for (auto* r : at.all()) {
    if (!r->core().current().serving || r->core().config().joint())
      continue;
    settle_members(*r, *now);
    settle_leader(*r, *now);
  }
  if (log->term(meta_shard) != 0 && updates->idle())
    place(*now);
  mend(at);
  leave_shards(at, *now);
  report_addresses(*now);
}

/// Makes the group's members those that the map wants, one step at a time:
/// first as learners, then, once they are level, as voters.
void member::impl::settle_members(replica& r, const cluster_map& now) {
  auto is_map = r.shard() == meta_shard;
  auto voters = is_map ? map_voters(now) : now.shards[r.shard()].wanted;
  if (voters.empty())
    return;
  auto learners
    = is_map ? without(now.members(), voters) : std::vector<node_id>{};
  auto& core = r.core();
  const auto& have = core.config();
  if (have.voters == voters && have.learners == learners) {
    // Until it is applied, those who are to leave may still be needed.
    if (!is_map && r.position().members == have
        && now.shards[r.shard()].moving()
        && reported.insert(r.shard()).second) {
      map_change done;
      done.what = map_change::kind::placed;
      done.shard = r.shard();
      done.text = list_of(voters);
      change(done, [this, shard = r.shard()](const result<void>&) {
        log->post([this, shard](auto&) { reported.erase(shard); });
      });
    }
    return;
  }
  auto everyone = voters;
  everyone.insert(everyone.end(), learners.begin(), learners.end());
  auto time = boot_clock_ms();
  auto missing = without(everyone, have.everyone());
  auto outcome = result<raft::position>{raft::position{}};
  if (!missing.empty()) {
    auto next = have.learners;
    next.insert(next.end(), missing.begin(), missing.end());
    outcome = core.change(have.voters, std::move(next), time);
  } else if (std::all_of(voters.begin(), voters.end(), [&](node_id node) {
               return node == self.node || have.votes(node)
                      || is_level(core, node, time);
             })) {
    outcome = core.change(std::move(voters), std::move(learners), time);
  }
  if (!outcome && outcome.error().code != errc::conflict)
    log::warning("members_not_changed",
                 {{"shard", r.shard()}, {"why", outcome.error().detail}});
}

/// One that is busy with coming level somewhere would be slow to lead anything.
void member::impl::look_who_lags(log_engine::inside& at) {
  lagging.clear();
  auto time = boot_clock_ms();
  for (auto* r : at.all()) {
    const auto& core = r->core();
    if (!core.current().serving)
      continue;
    for (auto node : core.config().voters)
      if (node != self.node && !is_level(core, node, time))
        lagging.insert(node);
  }
}

/// Leads elsewhere what is better led elsewhere.
void member::impl::settle_leader(replica& r, const cluster_map& now) {
  auto time = boot_clock_ms();
  if (time < next_handover || time < handover_again[r.shard()])
    return;
  auto& core = r.core();
  auto best = preferred_leader(now, r.shard());
  const auto* here = now.find(self.node);
  auto drains = here && here->state != node_state::up;
  if (best == 0 && drains)
    for (auto node : core.config().voters)
      if (const auto* row = now.find(node);
          row && row->state == node_state::up && is_level(core, node, time))
        best = node;
  if (best == 0 || best == self.node || !core.config().votes(best)
      || !is_level(core, best, time) || (!drains && lagging.contains(best)))
    return;
  if (auto lacks = unfit.find({r.shard(), best});
      lacks != unfit.end() && time < lacks->second)
    return;
  {
    std::lock_guard guard{mutex};
    if (leaving.contains(best) || !reachable.contains(best))
      return;
  }
  next_handover = time + handover_every_ms;
  if (auto handed = core.transfer_to(best, time); handed)
    handover_again[r.shard()] = time + handover_again_ms;
  else
    log::warning("leadership_not_handed_over",
                 {{"shard", r.shard()}, {"why", handed.error().detail}});
}

/// Decides what moves next.
void member::impl::place(const cluster_map& now) {
  auto moves = next_moves(now);
  if (moves.empty())
    return;
  updates->make(
    [](const cluster_map& m) {
      storage::write_set out;
      for (const auto& [shard, row] : next_moves(m))
        put(out, shard, row);
      return result<storage::write_set>{std::move(out)};
    },
    [](const result<void>& done) {
      if (!done)
        log::warning("placement_not_changed", {{"why", done.error().detail}});
    });
}

/// Drops replicas that nobody counts on any more. The map that is here may be
/// an old one, so its owner is asked, and only of a group from which nothing is
/// heard: one that has this node again would speak to it.
void member::impl::leave_shards(log_engine::inside& at,
                                const cluster_map& now) {
  for (auto* r : at.all()) {
    if (r->shard() == meta_shard || r->core().current().serving)
      continue;
    const auto& row = now.shards[r->shard()];
    auto heard = r->core().promised_until();
    if (row.wanted.empty() || row.counts_on(self.node)
        || heard > boot_clock_ms() || !asked_to_leave.insert(r->shard()).second)
      continue;
    map_change wish;
    wish.what = map_change::kind::left;
    wish.node = self.node;
    wish.shard = r->shard();
    change(wish, [this, heard, shard = r->shard()](const result<void>& may) {
      log->post([this, heard, shard, may = bool{may}](log_engine::inside& in) {
        asked_to_leave.erase(shard);
        if (may)
          leave_shard(in, shard, heard);
      });
    });
  }
}

void member::impl::leave_shard(log_engine::inside& at, shard_id shard,
                               raft::time_ms heard) {
  auto* r = at.find(shard);
  if (!r || r->core().current().serving || r->core().promised_until() != heard)
    return;
  drop_replica(at, shard);
}

void member::impl::drop_replica(log_engine::inside& at, shard_id shard) {
  log::info("shard_left", {{"shard", shard}});
  if (auto removed = at.remove(shard); !removed)
    log::error("shard_not_left",
               {{"shard", shard}, {"why", removed.error().detail}});
}

void member::impl::look_for_lost_nodes() {
  std::vector<node_id> gone;
  {
    std::lock_guard guard{mutex};
    for (auto& [node, known] : seen) {
      if (known.down_since == 0
          || boot_clock_ms() - known.down_since < lost_after_ms)
        continue;
      known.down_since = 0;
      gone.push_back(node);
    }
  }
  for (auto node : gone)
    listener->lost(node);
}

/// Says where this node is, when that is not what the map says.
void member::impl::report_addresses(const cluster_map& now) {
  const auto* row = now.find(self.node);
  auto time = boot_clock_ms();
  if (!row || time < next_report)
    return;
  map_change what;
  what.node = self.node;
  if (row->address != own_address()) {
    what.what = map_change::kind::address;
    what.text = own_address();
  } else if (!client_address.empty() && row->client != client_address) {
    what.what = map_change::kind::client;
    what.text = client_address;
  } else {
    return;
  }
  next_report = time + address_report_every_ms;
  change(what, [](const result<void>& done) {
    if (!done)
      log::warning("address_not_reported", {{"why", done.error().detail}});
  });
}

} // namespace parley::cluster
