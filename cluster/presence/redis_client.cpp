#include "cluster/presence/redis_client.hpp"

#include "base/thread_name.hpp"
#include "cluster/presence/presence_metrics.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <random>
#include <utility>

namespace parley::cluster::presence {

namespace {

constexpr milliseconds tick_interval{50};

std::string random_run() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

} // namespace

struct redis_client::look_up_job {
  std::vector<std::vector<user_id>> users;
  std::function<void(std::vector<std::optional<said>>)> then;
  std::vector<std::optional<said>> got;
  std::size_t missing = 0;
  steady_clock::time_point deadline;

  bool done() const {
    return then == nullptr;
  }

  void finish() {
    if (auto call = std::exchange(then, nullptr))
      call(std::move(got));
  }
};

std::vector<std::string> names_of(const options& opts) {
  if (!opts.masters.empty())
    return opts.masters;
  std::vector<std::string> out;
  for (const auto& each : opts.servers)
    out.push_back(to_string(each));
  return out;
}

redis_client::redis_client(const options& opts, const clock& time,
                           timestamp_ms since,
                           std::vector<session_table*> tables)
  : opts_(opts), keys_(opts.prefix), tables_(std::move(tables)) {
  auto run_name = random_run();
  auto names = names_of(opts);
  for (std::size_t i = 0; i < names.size(); ++i)
    add(names[i], *tables_[i], time, since, run_name);
  thread_ = std::thread{[this] { run(); }};
}

void redis_client::add(const std::string& name, session_table& sessions,
                       const clock& time, timestamp_ms since,
                       const std::string& run_name) {
  auto& made = *redises_.emplace_back(std::make_unique<redis>());
  made.name = name;
  auto count = [this] {
    node_counts all;
    for (const auto* each : tables_) {
      all.users += each->users();
      all.sessions += each->sessions();
    }
    return all;
  };
  auto on_down = [&made] {
    if (made.sentinel)
      made.sentinel->hurry();
  };
  made.writer = std::make_unique<session_writer>(
    loop_, opts_, made.name, run_name, since, time, sessions,
    session_writer::calls{count, on_down});
  made.readers = std::make_unique<read_pool>(loop_, opts_);
  auto move = [&made](const address& where) {
    made.writer->move_to(where);
    made.readers->move_to(where);
  };
  if (opts_.masters.empty())
    move(opts_.servers[redises_.size() - 1]);
  else
    made.sentinel = std::make_unique<sentinel_watch>(loop_, opts_, name, move);
}

redis_client::~redis_client() {
  boost::asio::post(loop_, [this] { close(); });
  thread_.join();
}

void redis_client::close() {
  closed_ = true;
  timer_.cancel();
  for (auto& each : redises_) {
    if (each->sentinel)
      each->sentinel->close();
    each->writer->close();
    each->readers->close();
  }
  for (auto& each : std::exchange(jobs_, {}))
    each->finish();
}

void redis_client::run() {
  name_thread("parley:redis");
  boost::asio::post(loop_, [this] { tick(); });
  loop_.run();
}

void redis_client::wait_for_tick() {
  timer_.expires_after(tick_interval);
  timer_.async_wait([this](const auto& failure) {
    if (!failure)
      tick();
  });
}

void redis_client::tick() {
  if (closed_)
    return;
  auto now = steady_clock::now();
  std::size_t waiting = 0;
  for (auto& each : redises_) {
    if (each->sentinel)
      each->sentinel->tick(now);
    each->writer->tick(now);
    each->readers->tick(now);
  }
  for (const auto* each : tables_)
    waiting += each->waiting();
  presence_metrics::instance().dirty.Set(static_cast<double>(waiting));
  for (auto& job : jobs_)
    if (!job->done() && now >= job->deadline)
      job->finish();
  std::erase_if(jobs_, [](const auto& job) { return job->done(); });
  wait_for_tick();
}

void redis_client::wake(std::size_t at) {
  auto& which = *redises_[at];
  if (which.woken.exchange(true))
    return;
  boost::asio::post(loop_, [this, &which] {
    which.woken = false;
    if (!closed_)
      which.writer->pump();
  });
}

void redis_client::look_up(
  std::vector<std::vector<user_id>> users,
  std::function<void(std::vector<std::optional<said>>)> then) {
  auto job = std::make_shared<look_up_job>();
  job->users = std::move(users);
  job->then = std::move(then);
  job->got.resize(redises_.size());
  // Within the time-out, though time-outs are looked at by ticks.
  job->deadline = steady_clock::now() + opts_.look_up_timeout - tick_interval;
  boost::asio::post(loop_, [this, job] { begin(job); });
}

void redis_client::begin(const std::shared_ptr<look_up_job>& job) {
  if (closed_ || jobs_.size() >= opts_.look_ups_max)
    return job->finish();
  jobs_.push_back(job);
  job->missing = redises_.size();
  for (std::size_t i = 0; i < redises_.size(); ++i) {
    auto keep = [this, job, i](std::optional<said> what) {
      if (what && !job->done()) {
        what->unsure = redises_[i]->writer->unsure(steady_clock::now());
        job->got[i] = std::move(what);
      }
      if (--job->missing == 0)
        job->finish();
    };
    read(redises_[i]->readers->pick(), keys_, job->users[i], std::move(keep));
  }
}

void redis_client::leave(std::function<void()> done) {
  boost::asio::post(loop_, [this, done = std::move(done)] {
    for (auto& each : std::exchange(jobs_, {}))
      each->finish();
    auto missing = std::make_shared<std::size_t>(redises_.size());
    for (auto& each : redises_)
      each->writer->leave([missing, done] {
        if (--*missing == 0)
          done();
      });
  });
}

} // namespace parley::cluster::presence
