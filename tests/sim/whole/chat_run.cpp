#include "tests/sim/whole/chat_run.hpp"

#include "cluster/member/control.hpp"
#include "tests/sim/whole/seeded_random.hpp"
#include "tests/sim/whole/stores.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace parley::sim {

namespace {

constexpr true_us second = 1'000'000;
constexpr true_us trouble_us = 3 * second;
constexpr true_us settle_us = 30 * second;
constexpr std::size_t users = 4;

/// Two clocks differ by twice as much; the lease's bound allows a tenth.
constexpr std::int64_t drift_per_mille = 40;
constexpr std::int64_t wild_drift_per_mille = 400;

node_id how_many(dice& d) {
  return d.one_in(4) ? 5 : 3;
}

/// Each run has its own mix: a fault that never rests hides the others.
chat_plan make_plan(dice& d) {
  auto often = [&d](std::int64_t low, std::int64_t high) {
    return d.percent(50) ? d.between(low, high) : 0;
  };
  chat_plan p;
  p.crash = often(20, 150);
  p.power = often(40, 300);
  p.cut = often(15, 100);
  p.pause = often(20, 100);
  p.disk = often(40, 200);
  p.move = often(15, 80);
  p.weather = often(20, 80);
  p.strangers = d.percent(60) ? d.between(10, 60) : 0;
  p.back_up = d.between(3, 60);
  return p;
}

node_time make_clock(dice& d, whole_bug bug) {
  auto drift = bug == whole_bug::clocks_run_wild ? wild_drift_per_mille
                                                 : drift_per_mille;
  // Long after any start, for some take 0 for never; and in a year in which
  // RocksDB's own threads, which have the real time, find nothing to be old.
  sim_clock clock{d.between(100'000, 9'000'000), d.between(-drift, drift)};
  return {clock, d.between(4'000'000'000'000, 4'000'000'000'500) * 1000
                   - clock.read_us(0)};
}

match::policy make_rules(dice& d) {
  constexpr std::chrono::milliseconds long_enough = std::chrono::hours{1};
  auto soon = [&d] { return std::chrono::milliseconds{d.between(200, 3000)}; };
  auto calm = d.one_in(2);
  match::policy p;
  p.attributes = {*match::parse_attribute("taste", "enum plain sweet")};
  p.give_up = calm ? long_enough : soon();
  p.away_grace = calm ? long_enough : soon();
  p.restart_grace = calm ? long_enough : soon();
  p.met_for = d.one_in(3) ? long_enough : std::chrono::milliseconds{0};
  if (d.one_in(4))
    p.keep_for = std::chrono::milliseconds{0};
  return p;
}

process_options make_options(dice& d, node_id nodes, whole_bug bug,
                             const match::policy& rules) {
  process_options o;
  o.nodes = nodes;
  o.bug = bug;
  for (const auto& name : encounters::queues())
    o.queues.emplace(name.str(), rules);
  auto& m = o.member;
  m.cluster_name = "simulated";
  m.shards = chat_run::shards;
  m.log.stepped = true;
  // Small bounds, or nothing in a run this short would reach them.
  m.log.log_bytes_min = d.one_in(2) ? 1 : 2000;
  m.log.log_bytes_max = d.one_in(2) ? 2000 : 20'000;
  m.log.raft.tail_bytes_max = d.one_in(2) ? 512 : 8192;
  m.log.raft.append_entries_max = d.one_in(2) ? 2 : 64;
  m.snapshots.stepped = true;
  m.snapshots.part_bytes = 2000;
  o.router.shards = chat_run::shards;
  o.router.entities_max = d.one_in(2) ? 3 : 1000;
  o.router.idle_after = std::chrono::milliseconds{d.between(300, 3000)};
  return o;
}

} // namespace

chat_run::chat_run(std::uint64_t seed, whole_bug bug, bool trace,
                   const std::filesystem::path& dir)
  : random_(seed),
    bug_(bug),
    trace_(trace),
    plan_(make_plan(random_)),
    nodes_(how_many(random_)),
    rules_(make_rules(random_)),
    met_(history_, rules_),
    net_(time_, random_, nodes_),
    opts_(make_options(random_, nodes_, bug, rules_)),
    leaders_(shards) {
  seed_random_bytes(seed);
  for (node_id id = 1; id <= nodes_; ++id) {
    machines_.push_back(std::make_unique<machine>(time_, random_, net_, id,
                                                  make_clock(random_, bug),
                                                  dir / address_of(id)));
    if (bug == whole_bug::sync_lies)
      machines_.back()->disk().lie();
  }
  net_.set_tamper([this](link::channel_id channel, std::string& payload) {
    if (channel == link::first_channel + 3)
      tamper_with_copy(bug_, payload);
    return bug_ == whole_bug::answers_lost && channel == link::first_channel + 1
           && random_.one_in(30);
  });
  auto call = [this](chatter& who) {
    auto to = anyone();
    calls_[++last_call_] = {&who, to, way_of(to, who.user())};
    return actors::call_address{to, 0, last_call_};
  };
  auto post = [this](const cluster::entity_key& key, caf::message what) {
    auto to = calls_[last_call_].at;
    deliver(to, at(to).lives(), key, std::move(what));
  };
  for (std::size_t n = 0; n < users; ++n)
    clients_.push_back(std::make_unique<chatter>(
      time_, random_, history_, met_, n, users, plan_.strangers, call, post));
}

chat_run::~chat_run() = default;

void chat_run::note(const std::string& what) const {
  if (trace_)
    std::printf("%10.3f %s\n", static_cast<double>(time_.now()) / 1000,
                what.c_str());
}

// -- between clients and nodes -----------------------------------------------

/// A process that is stopped finds what has come when it goes on.
void chat_run::deliver(node_id to, std::uint64_t life, cluster::entity_key key,
                       caf::message what) {
  time_.after(random_.between(50, 500), [this, to, life, key, what] {
    auto& m = at(to);
    if (!m.up() || m.lives() != life)
      return;
    if (m.paused())
      return deliver(to, life, key, what);
    note(key.str() + " is asked at node " + std::to_string(to));
    m.enter([&] { m.life().router().send(key, what); });
  });
}

void chat_run::answered(std::uint64_t call, result<actors::reply> what) {
  auto found = calls_.find(call);
  if (found == calls_.end())
    return;
  auto* who = found->second.who;
  note(who->user().str() + " is answered "
       + (what ? "well" : what.error().detail));
  time_.after(random_.between(50, 500),
              [this, who, call, what = std::move(what)] {
                if (who->cancels())
                  look_at_queues(true);
                who->answered(call, what);
              });
}

void chat_run::told(const actors::publication& what) {
  history_.told(what);
}

void chat_run::told(const actors::match_notice& what) {
  met_.told(what);
  note(what.user.str() + " is told that state "
       + std::to_string(static_cast<int>(what.what.what)) + " is that of "
       + what.what.conversation.str());
  for (auto& c : clients_)
    if (c->user() == what.user)
      c->told(what.what);
}

// -- trouble -----------------------------------------------------------------

node_id chat_run::anyone() {
  return static_cast<node_id>(random_.between(1, nodes_));
}

node_id chat_run::owner_of(cluster::shard_id shard) const {
  for (const auto& m : machines_)
    if (m->up() && !m->paused() && m->life().log().term(shard) != 0)
      return m->id();
  return 0;
}

node_id chat_run::someone_leading() {
  auto id = owner_of(static_cast<cluster::shard_id>(
    random_.between(0, std::int64_t{shards} - 1)));
  return id != 0 && random_.one_in(2) ? id : anyone();
}

void chat_run::start(node_id id) {
  if (at(id).up())
    return;
  opts_.member.node_name = address_of(id);
  if (auto why = at(id).start(opts_, *this); !why.empty())
    history_.fail("node " + std::to_string(id) + " cannot start: " + why);
  note("node " + std::to_string(id) + " starts");
}

void chat_run::go(true_us span) {
  time_.run_until(time_.now() + span, [this] { return !history_.failed(); });
  look_at_queues(false);
  look_at_sessions();
}

void chat_run::trouble() {
  auto& d = random_;
  if (d.one_in(plan_.crash) || d.one_in(plan_.power))
    crash_some();
  if (d.one_in(plan_.cut))
    cut_some();
  if (d.one_in(plan_.pause))
    pause_some();
  if (auto id = someone_leading(); d.one_in(plan_.disk) && at(id).up())
    at(id).disk().fail_sync(static_cast<int>(d.between(0, 20)));
  if (d.one_in(plan_.move))
    move_some();
  if (d.one_in(plan_.weather))
    weather_turns();
  for (node_id id = 1; id <= nodes_; ++id) {
    if (!d.one_in(plan_.back_up))
      continue;
    // One whose disk has failed says no more until somebody ends it.
    if (at(id).up() && !at(id).life().db().writable())
      at(id).crash(false);
    start(id);
  }
}

void chat_run::crash_some() {
  auto& d = random_;
  auto all = d.one_in(10);
  auto power = plan_.power != 0 && (plan_.crash == 0 || d.one_in(2));
  auto which = someone_leading();
  for (node_id id = 1; id <= nodes_; ++id) {
    if ((id != which && !all) || !at(id).up())
      continue;
    note("node " + std::to_string(id) + (power ? " loses power" : " crashes"));
    at(id).crash(power);
    if (d.one_in(3))
      start(id);
  }
}

void chat_run::cut_some() {
  auto& d = random_;
  if (d.one_in(3)) {
    note("links heal");
    net_.heal();
    return;
  }
  auto a = someone_leading();
  auto one_way = d.one_in(3);
  auto alone = d.one_in(2);
  for (node_id b = 1; b <= nodes_; ++b) {
    if (b == a || (!alone && d.one_in(2)))
      continue;
    note("cut " + std::to_string(a) + (one_way ? " to " : " from ")
         + std::to_string(b));
    net_.set_cut(a, b, true);
    if (!one_way)
      net_.set_cut(b, a, true);
  }
}

void chat_run::pause_some() {
  auto id = someone_leading();
  if (!at(id).up() || at(id).paused())
    return;
  auto us = random_.between(1000, random_.one_in(2) ? 300'000 : 2'500'000);
  note("node " + std::to_string(id) + " stops for " + std::to_string(us / 1000)
       + " ms");
  at(id).pause();
  time_.after(us, [this, id, life = at(id).lives()] {
    if (at(id).lives() == life && at(id).paused()) {
      note("node " + std::to_string(id) + " goes on");
      at(id).resume();
    }
  });
}

/// What an operator does.
void chat_run::move_some() {
  auto id = anyone();
  if (!at(id).up() || at(id).paused())
    return;
  cluster::map_change what;
  what.node = anyone();
  what.to = anyone();
  what.shard = static_cast<cluster::shard_id>(random_.between(0, shards - 1));
  using kind = cluster::map_change::kind;
  what.what = random_.pick(
    std::vector{kind::move, kind::move, kind::drain, kind::undrain});
  note("an operator wants change " + std::to_string(static_cast<int>(what.what))
       + " of node " + std::to_string(what.node));
  at(id).enter([&] { at(id).life().member().change(what, [](auto) {}); });
}

void chat_run::weather_turns() {
  auto& d = random_;
  network_weather sky;
  if (d.one_in(2))
    sky.delay_max_us = d.between(2000, 60'000);
  if (d.one_in(2))
    sky.late_one_in = d.between(5, 100);
  if (d.one_in(2))
    sky.refused_percent = d.between(1, 20);
  net_.sky = sky;
  for (auto& m : machines_) {
    m->sky = {};
    if (d.one_in(3))
      m->sky.sync_max_us = d.between(2000, 60'000);
    if (d.one_in(3))
      m->sky.actors_max_us = d.between(300, 20'000);
  }
}

// -- the run -----------------------------------------------------------------

chat_report chat_run::run() {
  for (node_id id = 1; id <= nodes_; ++id)
    start(id);
  for (auto& c : clients_)
    c->begin();
  // Calm at first, so that there is something to break.
  go(random_.between(0, second));
  auto end = time_.now() + trouble_us;
  while (time_.now() < end && !history_.failed()) {
    trouble();
    go(random_.between(1000, 20'000));
  }
  mend();
  if (!settle() && !history_.failed())
    history_.fail("liveness: not at rest after "
                  + std::to_string(settle_us / second) + " s" + unrest_);
  if (!history_.failed())
    inspect();
  if (trace_)
    tell();
  return {history_.failure(), time_.steps(), history_.acknowledged(),
          met_.count(), random_.bits()};
}

void chat_run::mend() {
  if (history_.failed())
    return;
  note("mended");
  net_.heal();
  for (auto& m : machines_) {
    m->sky = {};
    m->resume();
    // A disk that has failed, or is about to, is replaced.
    if (m->up())
      m->disk().fail_sync(-1);
    if (m->up() && !m->life().db().writable())
      m->crash(false);
    start(m->id());
  }
  for (auto& c : clients_)
    c->finish();
}

bool chat_run::settle() {
  auto end = time_.now() + settle_us;
  while (time_.now() < end && !history_.failed()) {
    go(100'000);
    if (level())
      return true;
  }
  return false;
}

void chat_run::tell() const {
  for (const auto& c : clients_)
    note(c->describe());
  for (const auto& m : machines_) {
    auto text = "node " + std::to_string(m->id());
    if (!m->up()) {
      note(text + " is down");
      continue;
    }
    for (std::uint32_t i = 0; i < shards; ++i) {
      auto shard = static_cast<cluster::shard_id>(i);
      auto found = cluster::disk_log{m->life().db(), shard}.find();
      auto owner = m->life().member().owner_of(shard);
      auto row = m->life().member().map()->shards[i];
      text
        += "\n  shard " + std::to_string(i) + ": owner "
           + (owner.here ? "here" : std::to_string(owner.node)) + ", term "
           + std::to_string(m->life().log().term(shard) >> cluster::loss_bits)
           + ", wanted on " + cluster::list_of(row.wanted) + ", placed on "
           + cluster::list_of(row.placed);
      if (found && *found)
        text += ", applied " + std::to_string((*found)->applied) + " of "
                + std::to_string((*found)->last.index);
      text += ", " + outbox_of(m->life().db(), shard);
      if (auto o = owner_of(shard); o != 0 && found && *found)
        text += difference(at(o).life().db(), m->life().db(), shard);
    }
    note(text);
  }
}

} // namespace parley::sim
