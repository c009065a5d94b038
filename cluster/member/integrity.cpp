#include "base/clock.hpp"
#include "base/log.hpp"
#include "cluster/member/member_impl.hpp"
#include "storage/big_endian.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <variant>

// What finds damage, and gets what was damaged from the others.
namespace parley::cluster {

using namespace std::chrono_literals;

namespace {

constexpr raft::time_ms mend_again_ms = 2000;
/// A member that asked for a state lately is none to hand over to.
constexpr raft::time_ms unfit_ms = 10'000;
constexpr auto digest_patience = 1s;

bool has_others(const replica& r) {
  return r.core().config().everyone().size() > 1;
}

} // namespace

// -- comparing replicas ------------------------------------------------------

void member::impl::marked(shard_id shard, raft::position at,
                          const std::string& mark,
                          std::optional<storage::store::view> rows) {
  auto what = decode_mark(mark);
  if (!what)
    return;
  tell(what->asked_by, verify_reached{shard, what->round});
  auto then = [this, shard, mark = *what](shard_digest digest) {
    verify_message answer = verify_digest{shard, mark.round, std::move(digest)};
    auto until = steady_clock::now() + digest_patience;
    while (!tell(mark.asked_by, answer) && steady_clock::now() < until)
      std::this_thread::sleep_for(5ms);
  };
  if (rows) {
    (void)reader->add(
      {shard, at, what->time_ms, std::move(*rows), std::move(then)});
    return;
  }
  shard_digest lost;
  lost.at = at;
  lost.what = shard_digest::outcome::lost;
  tell(what->asked_by, verify_digest{shard, what->round, std::move(lost)});
}

bool member::impl::tell(node_id node, const verify_message& what) {
  if (node == self.node) {
    take_verify(node, encode(what));
    return true;
  }
  return net
         && net->send(node, link::urgency::normal, channel::integrity,
                      encode(what));
}

bool member::impl::ask_owner(const verify_request& what) {
  node_id owner = 0;
  {
    std::lock_guard guard{mutex};
    const auto& known
      = what.shard == meta_shard ? map_owner : owners[what.shard];
    owner = known.owner.here ? self.node : known.owner.node;
  }
  return owner != 0 && tell(owner, what);
}

void member::impl::take_verify(node_id from, std::string_view payload) {
  if (auto what = decode_verify(payload))
    std::visit([&](auto& x) { take(from, x); }, *what);
}

void member::impl::take(node_id from, const verify_request& what) {
  log->post([from, what](log_engine::inside& at) {
    auto* r = at.find(what.shard);
    verify_mark mark{what.round, from, system_clock().now_ms()};
    // Whoever asked asks again if nothing comes of it.
    if (r && !r->state_lost())
      (void)r->core().mark(encode(mark), boot_clock_ms());
  });
}

void member::impl::take(node_id from, const verify_reached& what) {
  verify->reached(from, what);
}

void member::impl::take(node_id from, verify_digest& what) {
  verify->take(from, std::move(what));
}

void member::impl::take(node_id, const mend_order& what) {
  log->post([this, what](auto&) { to_mend.insert(what.shard); });
}

void member::verify(shard_id shard) {
  auto map = impl_->current_map();
  if (shard >= map->shards.size())
    return;
  // Those on their way in or out are not level.
  auto members = map->shards[shard].placed;
  const auto& wanted = map->shards[shard].wanted;
  std::erase_if(members, [&](node_id node) {
    return std::find(wanted.begin(), wanted.end(), node) == wanted.end();
  });
  impl_->verify->begin(shard, members, boot_clock_ms());
}

std::optional<shard_report> member::verified(shard_id shard) const {
  return impl_->verify->report(shard);
}

bool member::mend(shard_id shard, node_id node) {
  return impl_->tell(node, mend_order{shard});
}

// -- mending them ------------------------------------------------------------

void member::impl::take(node_id from, const state_wish& what) {
  log->post([this, from, shard = what.shard](log_engine::inside& at) {
    auto* r = at.find(shard);
    if (!r || !copies || !r->core().current().serving || r->state_lost())
      return;
    unfit[{shard, from}] = boot_clock_ms() + unfit_ms;
    if (copies->send(shard, from, r->position()))
      log::info("shard_copy_begins", {{"shard", shard}, {"to", from}});
  });
}

void member::impl::find_damage(log_engine::inside& at) {
  for (const auto& key : db.take_damaged()) {
    if (key.size() < sizeof(shard_id))
      continue;
    auto shard = storage::read_big_endian<shard_id>(key);
    storage::log_keys keys{shard};
    auto in = [&](const storage::key_range& range) {
      return key >= range.from && key < range.to;
    };
    if (auto* r = at.find(shard); r && in(keys.entries()))
      r->forget_log();
    else if (in(keys.state()))
      to_mend.insert(shard);
  }
}

/// Damaged replicas hand over what they lead, give their state up, and ask for
/// another.
void member::impl::mend(log_engine::inside& at) {
  find_damage(at);
  auto time = boot_clock_ms();
  for (auto shard : std::set{to_mend}) {
    auto* r = at.find(shard);
    if (!r || !has_others(*r)) {
      to_mend.erase(shard);
      continue;
    }
    if (r->core().current().role == raft::role::leader) {
      step_aside(*r, time);
      continue;
    }
    to_mend.erase(shard);
    if (auto lost = at.lose_state(*r, "it was found damaged"); !lost)
      log::error("shard_state_not_given_up",
                 {{"shard", shard}, {"why", lost.error().detail}});
  }
  for (auto* r : at.all()) {
    if (!r->state_lost())
      continue;
    const auto& status = r->core().current();
    if (status.role == raft::role::leader)
      step_aside(*r, time);
    else if (status.leader != 0 && time >= next_mend[r->shard()]) {
      next_mend[r->shard()] = time + mend_again_ms;
      tell(status.leader, state_wish{r->shard()});
    }
  }
  leave_broken(at);
}

void member::impl::step_aside(replica& r, raft::time_ms time) {
  auto& next = next_mend[r.shard()];
  auto heir = r.core().heir(time);
  if (time < next || heir == 0)
    return;
  next = time + mend_again_ms;
  auto handed = r.core().transfer_to(heir, time);
  if (!handed && handed.error().code != errc::conflict)
    log::warning("leadership_not_handed_over",
                 {{"shard", r.shard()}, {"why", handed.error().detail}});
}

/// Who does not know what it has promised can only come back as a new member.
/// That it is out is asked of the map's owner: it may be wanted again before
/// the map that is here says so.
void member::impl::leave_broken(log_engine::inside& at) {
  auto time = boot_clock_ms();
  for (auto shard : at.broken()) {
    if (time < next_mend[shard])
      continue;
    next_mend[shard] = time + mend_again_ms;
    map_change wish;
    wish.what = map_change::kind::forgotten;
    wish.node = self.node;
    wish.shard = shard;
    change(wish, [this, wish](const result<void>& may) {
      if (may)
        log->post([this, shard = wish.shard](log_engine::inside& in) {
          auto broken = in.broken();
          if (std::find(broken.begin(), broken.end(), shard) != broken.end())
            drop_replica(in, shard);
        });
      else if (may.error().code == errc::conflict)
        report_broken(wish);
    });
  }
}

void member::impl::report_broken(map_change what) {
  what.what = map_change::kind::lost;
  change(what, [](const result<void>& done) {
    if (!done)
      log::warning("damaged_replica_not_reported",
                   {{"why", done.error().detail}});
  });
}

/// Puts another member's state in place of the lost one: as if this node had
/// been started again with an older state and all it has promised since.
bool member::impl::install_anew(log_engine::inside& at, replica& r,
                                arrived_snapshot& what) {
  auto shard = r.shard();
  storage::log_keys keys{shard};
  std::vector<storage::key_range> ranges{keys.state(), keys.damages()};
  switch (r.core().judge_anew(what.at.applied)) {
    case raft::snapshot_fate::refuse: return false;
    case raft::snapshot_fate::keep_log:
      ranges.push_back(keys.entries(0, what.at.applied.index + 1));
      break;
    case raft::snapshot_fate::drop_log: ranges.push_back(keys.entries()); break;
  }
  if (!what.rows.finish(ranges))
    return false;
  log::info("shard_state_mended",
            {{"shard", shard}, {"index", what.at.applied.index}});
  if (auto opened = at.reopen(shard); !opened)
    log::error("shard_not_opened",
               {{"shard", shard}, {"why", opened.error().detail}});
  return true;
}

} // namespace parley::cluster
