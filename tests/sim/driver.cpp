#include "tests/sim/driver.hpp"

#include <algorithm>

namespace parley::sim {

namespace {

constexpr true_us second = 1'000'000;
constexpr true_us trouble_us = 15 * second;
constexpr true_us settle_us = 8 * second;

/// Two clocks differ by twice as much; the lease's bound allows a tenth.
constexpr std::int64_t drift_per_mille = 40;

/// Each run has its own mix: a fault that never rests hides the others.
plan make_plan(dice& d) {
  auto often = [&d](std::int64_t low, std::int64_t high) {
    return d.percent(60) ? d.between(low, high) : 0;
  };
  plan p;
  p.crash = often(8, 60);
  p.cut = often(6, 40);
  p.freeze = often(10, 60);
  p.transfer = often(8, 40);
  p.change = often(8, 40);
  p.compact = often(3, 30);
  p.snapshot = often(10, 40);
  p.flaky = often(20, 60);
  p.pause_max_us = d.one_in(2) ? 20'000 : 80'000;
  p.back_up = d.between(2, 40);
  p.writes_max = d.between(1, 6);
  return p;
}

raft::options make_options(dice& d) {
  raft::options opts;
  // Small bounds, or nothing in a run this short would reach them.
  opts.append_entries_max = d.one_in(2) ? 3 : 64;
  opts.inflight_messages_max = static_cast<std::size_t>(d.between(1, 8));
  opts.tail_bytes_max = d.one_in(2) ? 64 : 4096;
  opts.uncommitted_bytes_max = 4096;
  return opts;
}

std::size_t founders(dice& d) {
  static const std::vector<std::size_t> sizes{1, 2, 3, 3, 3, 4, 5};
  return d.pick(sizes);
}

} // namespace

driver::driver(std::uint64_t seed, raft::planted bug, bool trace)
  : world_(seed, bug, trace),
    plan_(make_plan(world_.random)),
    nodes_(static_cast<std::size_t>(world_.random.between(5, 6))),
    all_(world_, nodes_, founders(world_.random), make_options(world_.random),
         drift_per_mille, static_cast<int>(world_.random.between(1, 4))) {}

void driver::tell() const {
  for (node_id id = 1; id <= nodes_; ++id)
    world_.note(all_.node(id).describe());
}

report driver::run() {
  auto end = world_.now() + trouble_us;
  while (world_.now() < end && !world_.check.failed()) {
    clients();
    trouble();
    world_.run_until(world_.now()
                     + world_.random.between(500, plan_.pause_max_us));
  }
  if (!world_.check.failed()) {
    mend();
    if (!settle() && !world_.check.failed())
      world_.check.fail("liveness: not level again after "
                        + std::to_string(settle_us / second) + " s");
  }
  if (world_.tracing())
    tell();
  return {world_.check.failure(), world_.steps(),
          world_.check.acknowledged_upto(), 0};
}

void driver::clients() {
  auto writes = world_.random.between(0, plan_.writes_max);
  for (std::int64_t i = 0; i < writes; ++i) {
    auto to = world_.random.one_in(4) ? anyone() : leading();
    if (to != 0)
      all_.node(to).propose("value " + std::to_string(++last_value_));
  }
  for (node_id id = 1; id <= nodes_; ++id)
    all_.node(id).read_by_lease();
  if (world_.random.one_in(3))
    all_.node(anyone()).read_by_round();
  if (auto id = leading(); id != 0 && world_.random.one_in(3))
    all_.node(id).read_by_round();
}

void driver::trouble() {
  auto& d = world_.random;
  if (d.one_in(plan_.crash))
    crash_some();
  if (d.one_in(plan_.cut))
    cut_some();
  if (d.one_in(plan_.freeze))
    all_.node(d.one_in(2) && leading() != 0 ? leading() : anyone())
      .freeze(world_.now() + d.between(1000, 900'000));
  if (auto id = leading(); id != 0 && d.one_in(plan_.transfer))
    all_.node(id).transfer_to(anyone());
  if (d.one_in(plan_.change))
    change_some();
  if (d.one_in(plan_.compact))
    all_.node(anyone()).compact(static_cast<std::uint64_t>(d.between(0, 10)));
  if (d.one_in(plan_.snapshot))
    late_snapshot();
  if (d.one_in(plan_.flaky))
    weather_turns();
  // Those that are down come back sooner or later.
  for (node_id id = 1; id <= nodes_; ++id)
    if (!all_.node(id).up() && d.one_in(plan_.back_up))
      all_.node(id).start();
}

void driver::crash_some() {
  auto& d = world_.random;
  auto all = d.one_in(10);
  auto id = d.one_in(2) && leading() != 0 ? leading() : anyone();
  for (node_id n = 1; n <= nodes_; ++n) {
    if (n != id && !all)
      continue;
    world_.note("node " + std::to_string(n) + " crashes");
    all_.node(n).crash();
    if (d.one_in(3))
      all_.node(n).start();
  }
}

void driver::cut_some() {
  auto& d = world_.random;
  if (d.one_in(3)) {
    world_.heal();
    return;
  }
  if (d.one_in(2)) {
    auto a = d.one_in(2) && leading() != 0 ? leading() : anyone();
    auto b = anyone();
    world_.set_cut(a, b, true);
    world_.set_cut(b, a, d.one_in(2));
    return;
  }
  // Two sides; the cut may be one way.
  auto both = d.percent(70);
  std::vector<bool> side(nodes_ + 1);
  for (node_id id = 1; id <= nodes_; ++id)
    side[id] = d.one_in(2);
  if (auto id = leading(); id != 0 && d.one_in(2)) {
    std::fill(side.begin(), side.end(), false);
    side[id] = true;
  }
  for (node_id a = 1; a <= nodes_; ++a)
    for (node_id b = 1; b <= nodes_; ++b)
      if (side[a] != side[b] && (both || side[a]))
        world_.set_cut(a, b, true);
}

void driver::change_some() {
  auto& d = world_.random;
  auto id = leading();
  if (id == 0)
    return;
  std::vector<node_id> voters;
  std::vector<node_id> learners;
  for (node_id n = 1; n <= nodes_; ++n) {
    auto roll = d.between(0, 9);
    if (roll < 5)
      voters.push_back(n);
    else if (roll < 7)
      learners.push_back(n);
  }
  all_.node(id).change(voters, learners);
}

void driver::late_snapshot() {
  auto& d = world_.random;
  auto from = leading();
  auto to = anyone();
  if (from != 0 && from != to)
    all_.node(from).send_snapshot(
      to, d.between(1000, d.one_in(2) ? 5000 : 500'000));
}

void driver::weather_turns() {
  auto& d = world_.random;
  weather sky;
  if (d.one_in(2))
    sky.drop_percent = d.between(1, 30);
  if (d.one_in(2))
    sky.double_percent = d.between(1, 30);
  if (d.one_in(2))
    sky.delay_max_us = d.between(2000, 120'000);
  if (d.one_in(2))
    sky.late_one_in = d.between(3, 50);
  if (d.one_in(2))
    sky.sync_max_us = d.between(1000, 150'000);
  world_.sky = sky;
}

void driver::mend() {
  world_.note("mended");
  world_.heal();
  for (node_id id = 1; id <= nodes_; ++id)
    all_.node(id).start();
}

/// Lets a repaired cluster run until a new write has reached every member.
bool driver::settle() {
  auto end = world_.now() + settle_us;
  std::uint64_t floor = 0;
  while (world_.now() < end && !world_.check.failed()) {
    world_.run_until(world_.now() + 50'000);
    clients();
    if (floor == 0 && serving() != 0)
      floor = world_.check.acknowledged_upto() + 1;
    if (floor != 0 && world_.check.acknowledged_upto() >= floor && level())
      return true;
  }
  return false;
}

/// Whether all that the leader counts on follow it.
bool driver::level() {
  auto id = serving();
  if (id == 0 || all_.node(id).core().config().joint())
    return false;
  for (const auto& p : all_.node(id).core().peers())
    if (p.match + 50 < all_.node(id).core().committed())
      return false;
  return true;
}

node_id driver::serving() {
  for (node_id id = 1; id <= nodes_; ++id)
    if (all_.node(id).up() && all_.node(id).core().current().serving)
      return id;
  return 0;
}

/// One of those who think that they lead.
node_id driver::leading() {
  std::vector<node_id> leaders;
  for (node_id id = 1; id <= nodes_; ++id)
    if (all_.node(id).leads())
      leaders.push_back(id);
  return leaders.empty() ? 0 : world_.random.pick(leaders);
}

node_id driver::anyone() {
  return static_cast<node_id>(
    world_.random.between(1, static_cast<std::int64_t>(nodes_)));
}

} // namespace parley::sim
