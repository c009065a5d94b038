#include "tests/sim/whole/machine.hpp"

#include <algorithm>
#include <utility>

namespace parley::sim {

namespace {

constexpr true_us chores_every_us = 200'000;
/// Jobs of actors that are done without a pause.
constexpr std::int64_t jobs_max = 8;

storage::options store_options(const std::filesystem::path& dir,
                               rocksdb::Env* env) {
  storage::options opts;
  opts.dir = dir;
  opts.reserve_bytes = 1u << 20;
  opts.block_cache_bytes = 1u << 20;
  opts.memtable_bytes = 1u << 20;
  opts.env = env;
  return opts;
}

} // namespace

machine::machine(timeline& time, dice& random, fabric& net, node_id id,
                 node_time clock, std::filesystem::path dir)
  : time_(time),
    random_(random),
    net_(net),
    id_(id),
    clock_(clock),
    dir_(std::move(dir)) {
  std::filesystem::create_directories(dir_);
  clean();
}

/// Of what an earlier machine has left there, or threads of a process that is
/// dead. The store's directory, which is empty, stays: a new one would have to
/// be synced.
void machine::clean() const {
  for (const auto& each : std::filesystem::directory_iterator{dir_})
    if (each.path().filename() != "store")
      std::filesystem::remove_all(each);
}

machine::~machine() {
  if (!up())
    return;
  on_machine here{clock_};
  disk_.freeze();
  life_.reset();
}

std::string machine::start(process_options opts, session_sink& sessions) {
  on_machine here{clock_};
  clock_.advance(time_.now());
  auto db = storage::store::open(store_options(dir_, disk_.env()));
  if (!db)
    return db.error().detail;
  opts.member.log.seed = random_.bits();
  auto net = net_.attach(id_, *this);
  auto started
    = process::start(std::move(*db), id_, std::move(net), opts, sessions);
  if (!started)
    return started.error().detail;
  life_ = std::move(*started);
  ++lives_;
  life_->advance(clock_.boot_us());
  actors_planned_ = false;
  log_at_ = -1;
  timeout_at_ = -1;
  later(time_.now() + random_.between(0, chores_every_us),
        &machine::run_chores);
  poke();
  return {};
}

void machine::crash(bool power_fails) {
  if (!up())
    return;
  on_machine here{clock_};
  // What a killed process has written is still in the machine's cache, but it
  // is no use to the test to be kinder than a machine that is off.
  disk_.freeze();
  net_.ended(id_, !power_fails);
  paused_ = false;
  life_.reset();
  disk_.thaw(random_);
  clean();
}

void machine::pause() {
  if (!up() || paused_)
    return;
  paused_ = true;
  net_.paused(id_);
}

void machine::resume() {
  if (!paused_)
    return;
  paused_ = false;
  actors_planned_ = false;
  log_at_ = -1;
  timeout_at_ = -1;
  if (std::exchange(chores_missed_, false))
    later(time_.now() + random_.between(0, 1000), &machine::run_chores);
  net_.resumed(id_);
  poke();
}

void machine::enter(const std::function<void()>& what) {
  on_machine here{clock_};
  clock_.advance(time_.now());
  what();
  poke();
}

void machine::later(true_us when, void (machine::*what)()) {
  time_.at(when, [this, what, life = lives_] {
    if (!up() || life != lives_)
      return;
    if (paused_) {
      chores_missed_ = chores_missed_ || what == &machine::run_chores;
      return;
    }
    (this->*what)();
  });
}

/// Sees to it that what is to be done will be.
void machine::poke() {
  if (!up() || paused_)
    return;
  if (life_->has_job() && !actors_planned_) {
    actors_planned_ = true;
    later(time_.now() + random_.between(1, sky.actors_max_us),
          &machine::run_actors);
  }
  if (auto us = life_->next_timeout_us(); us >= 0) {
    auto when = clock_.clock().when_us(us);
    if (timeout_at_ < time_.now() || when < timeout_at_) {
      timeout_at_ = std::max(when, time_.now());
      later(timeout_at_, &machine::run_actors);
    }
  }
  plan_log();
}

void machine::plan_log() {
  auto due = life_->log().due();
  if (due == cluster::raft::never)
    return;
  auto when = due == 0 ? time_.now() + random_.between(10, sky.sync_max_us)
                       : clock_.clock().when(due);
  when = std::max(when, time_.now());
  if (log_at_ >= time_.now() && log_at_ <= when)
    return;
  log_at_ = when;
  later(when, &machine::run_log);
}

void machine::run_actors() {
  actors_planned_ = false;
  enter([this] {
    life_->advance(clock_.boot_us());
    auto jobs = random_.between(1, jobs_max);
    for (std::int64_t i = 0; i < jobs && life_->has_job(); ++i)
      life_->run_one(random_);
  });
}

void machine::run_log() {
  if (log_at_ != time_.now())
    return;
  log_at_ = -1;
  enter([this] { life_->log().step(); });
}

void machine::run_chores() {
  later(time_.now() + chores_every_us, &machine::run_chores);
  enter([this] { life_->do_chores(); });
}

} // namespace parley::sim
