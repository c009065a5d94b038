#include "base/log.hpp"
#include "cluster/member/member_impl.hpp"
#include "storage/big_endian.hpp"

#include <array>
#include <utility>

namespace parley::cluster {

namespace {

constexpr std::size_t shard_bytes = sizeof(shard_id);
constexpr raft::time_ms report_every_ms = 1000;

} // namespace

// -- what the log says -------------------------------------------------------

void member::impl::send(const shard_message& m) {
  if (!net)
    return;
  std::string head;
  storage::append_big_endian(head, m.shard);
  auto body = raft::encode(m.what);
  std::array<std::string_view, 2> pieces{head, body};
  auto how = raft::carries_entries(m.what) ? link::urgency::normal
                                           : link::urgency::urgent;
  // What is lost is sent again: Raft bears it.
  (void)net->send(m.what.to, how, channel::consensus, pieces);
}

void member::impl::status_changed(shard_id shard, const raft::status& now) {
  auto here = now.role == raft::role::leader;
  if (here && !now.serving)
    return note_owner(shard, now.term, {});
  note_owner(shard, now.term, {now.serving, now.leader});
  if (!now.serving || !net)
    return;
  for (auto node : others())
    tell_ownership(node);
}

void member::impl::note_owner(shard_id shard, std::uint64_t term,
                              const shard_owner& owner) {
  {
    std::lock_guard guard{mutex};
    if (shard != meta_shard && shard >= owners.size())
      return;
    auto& known = shard == meta_shard ? map_owner : owners[shard];
    if (term < known.term || (known.term == term && known.owner == owner))
      return;
    // Of one term there is one leader: not knowing it is no news.
    if (term == known.term && owner.node == 0 && !known.owner.here)
      return;
    known = {owner, term};
  }
  if (shard != meta_shard)
    listener->owner_changed(shard, owner);
}

void member::impl::wants_snapshot(shard_id shard, node_id member) {
  log->post([this, shard, member](log_engine::inside& at) {
    auto* r = at.find(shard);
    if (!r || !copies)
      return;
    if (copies->send(shard, member, r->position()))
      log::info("shard_copy_begins", {{"shard", shard}, {"to", member}});
  });
}

void member::impl::meta_applied() {
  refresh_map();
}

void member::impl::refresh_map() {
  auto read = cluster_map::read(db, opts.shards);
  if (!read) {
    log::error("cluster_map_unreadable", {{"why", read.error().detail}});
    return;
  }
  auto fresh = std::make_shared<const cluster_map>(std::move(*read));
  {
    std::lock_guard guard{mutex};
    map = fresh;
  }
  set_peers();
  listener->map_changed(*fresh);
  if (const auto* row = fresh->find(self.node);
      row && row->state == node_state::removed)
    expel(removed_words);
}

// -- no member any more
// --------------------------------------------------------

void member::impl::expel(const std::string& why) {
  {
    std::lock_guard guard{mutex};
    if (std::exchange(expelled, true))
      return;
  }
  log::error("no_longer_a_member", {{"why", why}});
  listener->expelled(why);
}

/// Ids are never used again, so there is nothing to wait for.
void member::impl::expelled_by(node_id) {
  expel(removed_words);
}

/// Nodes that this one reaches, with itself, while the map has an owner.
std::uint32_t member::impl::living() const {
  std::lock_guard guard{mutex};
  const auto& owner = map_owner.owner;
  auto owned = owner.here || reachable.contains(owner.node);
  return owned ? static_cast<std::uint32_t>(reachable.size()) + 1 : 0;
}

/// A cluster of one node that stands where a living one has a member was begun
/// by a setting that was left behind. One that others have joined since is not
/// given up for what may be an address used again, nor any for a minority.
void member::impl::claimed(const link::rival_claim& by) {
  auto ours = living();
  log::error(
    "two_clusters_of_one_name",
    {{"their_node", by.node}, {"their_nodes", by.living}, {"nodes", ours}});
  if (by.living == 0 || by.living < ours || current_map()->members().size() > 1)
    return;
  expel("a living cluster named " + opts.cluster_name
        + " has this node for a member, and this one was begun anew beside it: "
          "unset cluster.bootstrap, remove the node there, and let it join "
          "with an empty data_dir");
}

void member::impl::set_peers() {
  if (!net)
    return;
  auto now = current_map();
  std::vector<link::peer_address> peers;
  std::vector<node_id> removed;
  for (const auto& [id, row] : now->nodes)
    if (row.state == node_state::removed)
      removed.push_back(id);
    else
      peers.push_back({id, row.address});
  net->set_removed(removed);
  net->set_peers(peers.empty() ? self.members : std::move(peers));
}

// -- what the links say ------------------------------------------------------

void member::impl::up(node_id node, const link::link_terms& terms) {
  auto is_new = false;
  {
    std::lock_guard guard{mutex};
    auto& known = seen[node];
    is_new = known.incarnation != 0 && known.incarnation != terms.incarnation;
    known = {terms.incarnation, 0};
    if (is_new)
      reports.erase(node);
    reachable.insert(node);
    leaving.erase(node);
  }
  if (is_new)
    listener->lost(node);
  tell_ownership(node);
  listener->reachable(node);
}

void member::impl::down(node_id node) {
  {
    std::lock_guard guard{mutex};
    reachable.erase(node);
    seen[node].down_since = boot_clock_ms();
  }
  arriving->link_broke(node);
  if (copies)
    copies->link_broke(node);
  log->post([node](log_engine::inside& at) {
    for (auto* r : at.all())
      r->core().unreachable(node);
  });
}

void member::impl::received(node_id node, std::span<const link::frame> frames) {
  std::vector<shard_message> consensus;
  for (const auto& f : frames) {
    switch (f.channel) {
      case channel::consensus: {
        if (f.payload.size() < shard_bytes)
          break;
        auto m = raft::decode(f.payload.substr(shard_bytes));
        if (m && m->from == node && m->to == self.node)
          consensus.push_back(
            {storage::read_big_endian<shard_id>(f.payload), std::move(*m)});
        break;
      }
      case channel::entities:
        if (!f.payload.empty())
          listener->arrived(node, static_cast<std::uint8_t>(f.payload.front()),
                            f.payload.substr(1));
        break;
      case channel::leaving: {
        std::lock_guard guard{mutex};
        leaving.insert(node);
        break;
      }
      case channel::ownership: take_ownership(node, f.payload); break;
      case channel::integrity: take_verify(node, f.payload); break;
      case channel::report: take_report(node, f.payload); break;
      case channel::snapshots: take_snapshot_part(node, f.payload); break;
      default: break;
    }
  }
  if (!consensus.empty())
    log->receive(consensus);
}

/// The shards that this node serves, with their terms.
void member::impl::tell_ownership(node_id to) {
  std::string payload;
  {
    std::lock_guard guard{mutex};
    for (std::size_t i = 0; i < owners.size(); ++i) {
      if (!owners[i].owner.here)
        continue;
      storage::append_big_endian(payload, static_cast<shard_id>(i));
      storage::append_big_endian(payload, owners[i].term);
    }
  }
  if (!payload.empty())
    (void)net->send(to, link::urgency::urgent, channel::ownership, payload);
}

void member::impl::take_ownership(node_id from, std::string_view payload) {
  constexpr auto row = shard_bytes + sizeof(std::uint64_t);
  for (; payload.size() >= row; payload.remove_prefix(row))
    note_owner(
      storage::read_big_endian<shard_id>(payload),
      storage::read_big_endian<std::uint64_t>(payload.substr(shard_bytes)),
      {false, from});
}

void member::impl::report(const node_report& now) {
  {
    std::lock_guard guard{mutex};
    auto& last = reports[self.node];
    auto time = boot_clock_ms();
    if (last == now && time < next_own_report)
      return;
    last = now;
    next_own_report = time + report_every_ms;
  }
  auto bytes = encode(now);
  for (auto node : others())
    (void)net->send(node, link::urgency::normal, channel::report, bytes);
}

void member::impl::take_report(node_id from, std::string_view payload) {
  auto what = decode_report(payload);
  if (!what) {
    log::warning("unreadable_from_node",
                 {{"node", from}, {"why", what.error().detail}});
    return;
  }
  std::lock_guard guard{mutex};
  reports[from] = std::move(*what);
}

void member::impl::take_snapshot_part(node_id from, std::string_view payload) {
  if (copies && copies->heard(from, payload))
    return;
  if (auto outcome = decode_outcome(payload)) {
    if (copies)
      copies->ended(outcome->shard, from);
    log->post([from, what = *outcome](log_engine::inside& at) {
      if (auto* r = at.find(what.shard))
        r->core().snapshot_sent(from, what.upto, what.installed);
    });
    return;
  }
  auto whole = arriving->take(from, payload);
  if (!whole)
    return;
  auto held = std::make_shared<arrived_snapshot>(std::move(*whole));
  log->post([this, held](log_engine::inside& at) { install(at, *held); });
}

void member::impl::install(log_engine::inside& at, arrived_snapshot& what) {
  auto* r = at.find(what.shard);
  snapshot_outcome outcome{what.shard, what.at.applied, false};
  if (r && r->state_lost()) {
    outcome.installed = install_anew(at, *r, what);
    if (outcome.installed && what.shard == meta_shard)
      refresh_map();
  } else if (r) {
    auto fate = r->core().judge(what.at.applied);
    storage::log_keys keys{what.shard};
    std::vector<storage::key_range> ranges{keys.state(), keys.damages()};
    if (fate == raft::snapshot_fate::keep_log)
      ranges.push_back(keys.entries(0, what.at.applied.index + 1));
    else
      ranges.push_back(keys.entries());
    if (fate == raft::snapshot_fate::refuse) {
      outcome.installed = true;
    } else if (auto done = what.rows.finish(ranges); done) {
      r->snapshot_installed(what.at, fate);
      outcome.installed = true;
      log::info("shard_copy_installed",
                {{"shard", what.shard}, {"index", what.at.applied.index}});
      if (what.shard == meta_shard)
        refresh_map();
    }
  }
  untold[{what.shard, what.from}] = encode(outcome);
  tell_outcomes();
}

/// Whoever sent a copy sends nothing else until it knows what came of it.
void member::impl::tell_outcomes() {
  std::erase_if(untold, [&](const auto& one) {
    const auto& [about, bytes] = one;
    return net->send(about.second, link::urgency::normal, channel::snapshots,
                     bytes)
           || !current_map()->find(about.second);
  });
}

error member::impl::not_map_owner() const {
  std::lock_guard guard{mutex};
  error why{
    errc::unavailable, "this node does not own the cluster map", {}, 200};
  if (const auto* row = map->find(map_owner.owner.node))
    why.field = row->address;
  return why;
}

void member::impl::asked(std::string request, link::reply_to then) {
  auto what = decode_control(request);
  if (!what)
    return then(what.error());
  if (const auto* wish = std::get_if<map_change>(&*what)) {
    change_here(
      [this, wish = *wish](const cluster_map& m) { return decide(wish, m); },
      [then](const result<void>& done) {
        if (done)
          then(std::string{});
        else
          then(done.error());
      });
    return;
  }
  auto admitted = std::make_shared<admission>();
  change_here([wish = std::get<admission_request>(*what), admitted](
                const cluster_map& m) { return admit(wish, m, *admitted); },
              [then, admitted](const result<void>& done) {
                if (done)
                  then(encode(*admitted));
                else
                  then(done.error());
              });
}

} // namespace parley::cluster
