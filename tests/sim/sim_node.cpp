#include "tests/sim/sim_node.hpp"

#include "tests/sim/sim_cluster.hpp"

#include <algorithm>

namespace parley::sim {

using raft::planted;

sim_node::sim_node(sim_cluster& all, world& w, node_id id,
                   raft::configuration members, sim_clock clock,
                   const raft::options& opts, int outputs_max)
  : all_(all),
    world_(w),
    id_(id),
    clock_(clock),
    opts_(opts),
    outputs_max_(static_cast<std::size_t>(outputs_max)),
    disk_(std::move(members)),
    bugs_(w.bug()) {}

void sim_node::start() {
  if (up())
    return;
  const auto& d = disk_.image();
  raft::initial_state found{d.hard, d.compacted, d.last(), d.applied.index,
                            d.members};
  auto opened
    = raft::core::open(opts_, id_, found, disk_, world_.random.bits(), clock());
  if (!opened) {
    world_.check.fail("node " + std::to_string(id_)
                      + " cannot start: " + opened.error().detail);
    return;
  }
  core_.emplace(std::move(*opened));
  bugs_ = raft::planted_bugs{world_.bug()};
  bugs_.opened(*core_);
  stepped_at_ = clock();
  world_.check.restarted(id_, d.applied.index);
  after_input();
}

void sim_node::crash() {
  if (!up())
    return;
  ++life_;
  core_.reset();
  flights_.clear();
  proposed_.clear();
  reads_.clear();
  published_lease_ = 0;
  wake_at_ = -1;
  frozen_until_ = 0;
  disk_.crash(world_.random);
}

void sim_node::freeze(true_us until) {
  frozen_until_ = std::max(frozen_until_, until);
}

void sim_node::soon(std::function<void()> what) {
  if (!up())
    return;
  if (!frozen()) {
    what();
    return;
  }
  world_.at(frozen_until_, [this, life = life_, what = std::move(what)] {
    if (life == life_)
      soon(what);
  });
}

void sim_node::deliver(const std::string& bytes) {
  soon([this, bytes] {
    auto m = raft::decode(bytes);
    if (!m) {
      world_.check.fail("a message cannot be read");
      return;
    }
    bugs_.before_step(*core_, *m);
    auto copy = *m;
    auto now = bugs_.step_time(clock(), stepped_at_);
    stepped_at_ = now;
    core_->step(std::move(*m), now);
    bugs_.after_step(*core_, copy);
    after_input();
  });
}

void sim_node::wake_up() {
  auto deadline = core_->next_deadline();
  if (deadline == raft::never)
    return;
  auto when = std::max(clock_.when(deadline), world_.now());
  if (wake_at_ >= world_.now() && wake_at_ <= when)
    return;
  wake_at_ = when;
  world_.at(when, [this, life = life_, when] {
    if (life != life_ || wake_at_ != when)
      return;
    soon([this] {
      wake_at_ = -1;
      if (core_->next_deadline() <= clock())
        core_->tick(clock());
      after_input();
    });
  });
}

void sim_node::after_input() {
  bugs_.after_input(*core_);
  while (core_->has_output() && flights_.size() < outputs_max_)
    collect();
  answer_reads();
  wake_up();
}

void sim_node::collect() {
  auto out = core_->take();
  bugs_.after_input(*core_);
  published_lease_ = bugs_.lease_until(*core_, core_->lease_until());
  bugs_.on_output(*core_, out);
  flight f{out.number, 0, !out.must_persist(), std::move(out.messages_after)};
  put(out, f);
  if (out.status) {
    if (world_.tracing())
      world_.note("node " + std::to_string(id_) + " "
                  + to_string(out.status->role) + " term "
                  + std::to_string(out.status->term) + " leader "
                  + std::to_string(out.status->leader)
                  + (out.status->serving ? " serving" : ""));
    if (out.status->role == raft::role::leader)
      world_.check.led(id_, out.status->term, disk_.image());
    else
      proposed_.clear();
  }
  send(out.messages_now);
  apply(out.committed);
  for (const auto& r : out.reads)
    for (auto& a : reads_)
      if (a.read.ticket == r.ticket)
        a = {r, a.floor, true};
  for (auto peer : out.want_snapshot)
    send_snapshot(peer, world_.random.between(1000, 200'000));
  if (bugs_.is(planted::answer_before_sync))
    send(std::exchange(f.after, {}));
  flights_.push_back(std::move(f));
  release();
}

void sim_node::put(const raft::output& out, flight& f) {
  if (!out.must_persist())
    return;
  f.writes = disk_.add([hard = out.hard_state, fresh = out.entries](auto& d) {
    if (hard)
      d.hard = *hard;
    if (!fresh.empty())
      d.append(fresh);
  });
  if (!out.entries.empty()) {
    f.entries = out.entries;
    f.term_before = *disk_.term(out.entries.front().at.index - 1);
  }
  auto takes = bugs_.is(planted::persisted_too_early) ? 0 : world_.sync_time();
  world_.after(takes, [this, life = life_, number = out.number] {
    if (life == life_)
      soon([this, number] { land(number); });
  });
}

void sim_node::land(std::uint64_t number) {
  for (auto& f : flights_)
    if (f.number == number)
      f.done = true;
  release();
  after_input();
}

/// Outputs become durable in order.
void sim_node::release() {
  while (!flights_.empty() && flights_.front().done) {
    auto f = std::move(flights_.front());
    flights_.pop_front();
    if (f.writes > 0 && !bugs_.is(planted::persisted_too_early))
      disk_.sync(f.writes);
    world_.check.saw(id_, f.term_before, f.entries);
    core_->persisted(f.number);
    send(f.after);
  }
}

void sim_node::apply(const std::vector<raft::entry>& committed) {
  if (committed.empty())
    return;
  auto leads = core_->current().role == raft::role::leader;
  for (const auto& e : committed) {
    world_.check.applied(id_, core_->current().term, e);
    auto found = proposed_.find(e.at.index);
    if (leads && found != proposed_.end() && found->second == e.at)
      world_.check.acknowledged(id_, e.at);
  }
  auto upto = committed.back().at;
  proposed_.erase(proposed_.begin(), proposed_.upper_bound(upto.index));
  auto members = disk_.image().members;
  for (const auto& e : committed)
    if (e.kind == raft::entry_kind::config)
      members = *raft::decode_configuration(*e.data);
  disk_.add([upto, members](auto& d) {
    d.applied = upto;
    d.members = members;
  });
  core_->applied(upto.index);
}

void sim_node::send(const std::vector<raft::message>& messages) {
  for (const auto& m : messages) {
    if (const auto* a = std::get_if<raft::append>(&m.body))
      world_.check.saw(id_, a->before.term, a->entries);
    all_.send(m);
  }
}

bool sim_node::propose(const std::string& value) {
  if (!up() || frozen())
    return false;
  auto at = core_->propose(value, clock());
  if (at)
    proposed_[at->index] = *at;
  after_input();
  return at.has_value();
}

void sim_node::read_by_lease() {
  if (up() && !frozen() && clock() < published_lease_)
    world_.check.answered(id_, disk_.image().applied.index,
                          world_.check.acknowledged_upto(), "lease");
}

void sim_node::read_by_round() {
  if (!up() || frozen())
    return;
  if (auto ticket = core_->read(clock()))
    reads_.push_back({{*ticket, 0}, world_.check.acknowledged_upto()});
  after_input();
}

void sim_node::answer_reads() {
  auto applied = disk_.image().applied.index;
  std::erase_if(reads_, [&](const asked& a) {
    if (!a.confirmed || applied < a.read.index)
      return false;
    world_.check.answered(id_, applied, a.floor, "round");
    return true;
  });
  while (reads_.size() > 64)
    reads_.pop_front();
}

void sim_node::transfer_to(node_id target) {
  if (!leads() || frozen())
    return;
  if (core_->transfer_to(target, clock()))
    world_.note("transfer from " + std::to_string(id_) + " to "
                + std::to_string(target));
  after_input();
}

void sim_node::change(std::vector<node_id> voters,
                      std::vector<node_id> learners) {
  if (!leads() || frozen())
    return;
  if (core_->change(std::move(voters), std::move(learners), clock()))
    world_.note("change at " + std::to_string(id_));
  after_input();
}

void sim_node::compact(std::uint64_t keep) {
  const auto& d = disk_.image();
  if (!up() || frozen() || d.applied.index < d.compacted.index + keep + 1)
    return;
  auto index = d.applied.index - keep;
  auto term = disk_.term(index);
  raft::position upto{term.value_or(0), index};
  disk_.add([upto](auto& image) { image.compact(upto); });
  core_->compacted(upto);
}

void sim_node::unreachable(node_id peer) {
  if (up())
    core_->unreachable(peer);
}

std::string sim_node::describe() const {
  auto text = "node " + std::to_string(id_);
  if (!up())
    return text + " is down";
  auto nodes = [&text](const char* what, const std::vector<node_id>& all) {
    text += what;
    for (auto node : all)
      text += " " + std::to_string(node);
  };
  auto number = [&text](const char* what, std::uint64_t n) {
    text += what + std::to_string(n);
  };
  auto now = core_->current();
  text += std::string{" "} + to_string(now.role);
  number(" term ", now.term);
  number(" leader ", now.leader);
  number(" last ", core_->last().index);
  number(" commit ", core_->committed());
  number(" applied ", disk_.image().applied.index);
  number(" compacted ", disk_.image().compacted.index);
  number(" outputs ", flights_.size());
  nodes(" voters", core_->config().voters);
  nodes(" outgoing", core_->config().outgoing);
  nodes(" learners", core_->config().learners);
  for (const auto& p : core_->peers()) {
    number(" | ", p.node);
    number(" has ", p.match);
    text += p.needs_snapshot ? " needs a snapshot" : "";
  }
  return text;
}

void sim_node::send_snapshot(node_id to, true_us takes) {
  auto upto = disk_.image().applied;
  auto members = disk_.image().members;
  auto ended = [this, life = life_, to, upto](bool ok) {
    if (life == life_ && up()) {
      core_->snapshot_sent(to, upto, ok);
      after_input();
    }
  };
  if (to > all_.size())
    return;
  world_.after(takes, [this, to, upto, members, ended] {
    auto& target = all_.node(to);
    if (!target.up() || world_.cut(id_, to))
      ended(false);
    else
      target.install(id_, upto, members, ended);
  });
}

void sim_node::install(node_id from, raft::position upto,
                       raft::configuration members,
                       std::function<void(bool)> done) {
  soon([this, from, upto, members, done] {
    // Whatever is under way must be on disk first.
    if (!flights_.empty() || core_->has_output()) {
      world_.after(500, [this, from, upto, members, done, life = life_] {
        if (life == life_)
          install(from, upto, members, done);
        else
          done(false);
      });
      return;
    }
    bugs_.before_install(*core_, upto);
    auto fate = core_->judge(upto);
    if (fate != raft::snapshot_fate::refuse) {
      world_.note("node " + std::to_string(id_) + " installs "
                  + std::to_string(upto.index));
      world_.check.installed(id_, upto.index);
      if (world_.check.failed())
        return;
      auto cut = bugs_.is(planted::snapshot_drops_log)
                 || fate == raft::snapshot_fate::drop_log;
      disk_.sync(disk_.add([upto, members, cut](auto& d) {
        d.applied = upto;
        d.members = members;
        if (cut) {
          d.log.clear();
          d.compacted = upto;
        }
      }));
      core_->snapshot_installed(upto, members);
      after_input();
    }
    done(true);
  });
}

} // namespace parley::sim
