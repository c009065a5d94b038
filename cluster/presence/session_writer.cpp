#include "cluster/presence/session_writer.hpp"

#include "base/log.hpp"
#include "cluster/presence/presence_metrics.hpp"

#include <algorithm>
#include <utility>

namespace parley::cluster::presence {

namespace {

constexpr milliseconds refusal_pause{1'000};
// Changes that are taken from the table at a time.
constexpr std::size_t batch = 64;

} // namespace

session_writer::session_writer(boost::asio::io_context& loop,
                               const options& opts, const std::string& name,
                               const std::string& run, timestamp_ms since,
                               const clock& time, session_table& sessions,
                               calls call)
  : loop_(loop),
    opts_(opts),
    name_(name),
    keys_(opts.prefix),
    since_(since),
    time_(time),
    sessions_(sessions),
    call_(std::move(call)),
    as_{run, 0} {}

session_writer::~session_writer() {
  close();
}

std::string session_writer::count_text(milliseconds x) const {
  return std::to_string(x.count());
}

// -- being connected ----------------------------------------------------------

void session_writer::move_to(const address& where) {
  if (where_ == where)
    return;
  where_ = where;
  if (connection_)
    break_off("the master is elsewhere");
  open_at_ = {};
  retry_.reset();
}

void session_writer::open() {
  connection_ = connection::open(
    loop_, {*where_, opts_.login, opts_.database, opts_.silence},
    {[this](const greeting& from) { on_up(from); },
     [this](const std::string& why) { on_down(why); }});
}

void session_writer::on_up(const greeting& from) {
  if (!from.is_master)
    return break_off("is no master");
  if (from.run_id != run_id_ || run_id_.empty()) {
    run_id_ = from.run_id;
    met_ = steady_clock::now();
    as_.generation = 0;
    client_ = 0;
  }
  // What that one sent may wait there unread, and must not come after this.
  if (client_ != 0)
    connection_->send({"CLIENT", "KILL", "ID", std::to_string(client_)},
                      [](const auto*) {});
  client_ = from.client;
  if (!connection_)
    return;
  // Still ours where only the connection broke; then nothing was lost but what
  // was on its way.
  connection_->send({"GET", keys_.lease(opts_.node)}, [this](const auto* got) {
    if (got)
      on_lease(*got);
  });
}

void session_writer::on_lease(const reply& answer) {
  if (answer.is_error())
    return break_off(answer.text);
  retry_.reset();
  was_up_ = true;
  told_down_ = false;
  leased_ = true;
  presence_metrics::instance().up.Increment();
  log::info(
    "presence_redis_up",
    {{"redis", name_}, {"address", to_string(*where_)}, {"run_id", run_id_}});
  auto lease = parse_lease(answer.text);
  if (as_.generation == 0 || !lease || lease->incarnation != as_)
    begin_generation();
  else
    renew(false);
  pump();
}

void session_writer::on_down(const std::string& why) {
  connection_.reset();
  if (was_up_)
    presence_metrics::instance().up.Decrement();
  was_up_ = false;
  leased_ = false;
  open_at_ = steady_clock::now() + retry_.next();
  if (!std::exchange(told_down_, true))
    log::warning("presence_redis_down", {{"redis", name_}, {"why", why}});
  if (auto left = std::exchange(left_, nullptr))
    left();
  if (call_.on_down)
    call_.on_down();
}

void session_writer::break_off(const std::string& why) {
  if (auto held = std::exchange(connection_, nullptr))
    held->close();
  on_down(why);
}

void session_writer::close() {
  if (auto held = std::exchange(connection_, nullptr))
    held->close();
  if (std::exchange(was_up_, false))
    presence_metrics::instance().up.Decrement();
  leased_ = false;
  if (auto left = std::exchange(left_, nullptr))
    left();
}

bool session_writer::unsure(steady_clock::time_point now) const {
  return !leased_ || now - met_ < opts_.lease;
}

// -- the lease ----------------------------------------------------------------

void session_writer::begin_generation() {
  as_.generation = sessions_.begin_generation();
  asserting_ = sessions_.unasserted() > 0;
  filled_ = steady_clock::now();
  budget_ = 0;
  if (asserting_)
    log::info("presence_reasserting",
              {{"redis", name_}, {"users", sessions_.unasserted()}});
  auto oldest = time_.now_ms() - opts_.retention.count();
  connection_->send(
    {"ZREMRANGEBYSCORE", keys_.nodes(), "-inf", std::to_string(oldest)},
    [](const auto*) {});
  renew(true);
}

void session_writer::renew(bool first) {
  auto connected = connection_;
  if (!connected)
    return;
  renew_at_ = steady_clock::now() + opts_.lease / 3;
  auto counted = call_.count();
  lease_text lease{as_,    asserting_,     counted.users, counted.sessions,
                   since_, opts_.node_name};
  auto node = std::to_string(opts_.node);
  auto now = std::to_string(time_.now_ms());
  connected->send({"ZADD", keys_.nodes(), now, node}, [](const auto*) {});
  connected->send({"SET", keys_.lease(opts_.node), to_string(lease), "PX",
                   count_text(opts_.lease), "GET"},
                  [this, as = as_, first](const reply* answer) {
                    if (answer)
                      on_renewed(*answer, as, first);
                  });
}

// What stood there before says whether the Redis still has what it was told.
void session_writer::on_renewed(const reply& answer, const incarnation& as,
                                bool first) {
  if (answer.is_error())
    return break_off(answer.text);
  auto before = parse_lease(answer.text);
  if (first || as != as_ || (before && before->incarnation == as))
    return;
  if (before && before->incarnation.run != as.run)
    log::warning("presence_lease_taken",
                 {{"redis", name_}, {"node", opts_.node}});
  begin_generation();
}

// -- telling ------------------------------------------------------------------

void session_writer::tick(steady_clock::time_point now) {
  if (auto held = connection_)
    held->tick(now);
  if (!connection_ && where_ && now >= open_at_)
    open();
  if (!up() || !leased_)
    return;
  if (now >= renew_at_ && !leaving_)
    renew(false);
  pump();
}

void session_writer::pump() {
  auto now = steady_clock::now();
  if (!up() || !leased_ || now < pause_until_)
    return;
  if (sessions_.forgetful() && !leaving_)
    begin_generation();
  while (up() && connection_->waiting() < opts_.window) {
    auto changes = sessions_.take_changes(
      std::min(batch, opts_.window - connection_->waiting()));
    if (changes.empty())
      break;
    for (const auto& each : changes)
      write(each);
  }
  if (up() && connection_->waiting() < opts_.window)
    reassert(opts_.window - connection_->waiting());
  if (leaving_ && sessions_.waiting() == 0)
    say_gone();
}

void session_writer::reassert(std::size_t room) {
  if (!asserting_)
    return;
  auto now = steady_clock::now();
  std::chrono::duration<double> passed = now - filled_;
  auto earned = static_cast<std::size_t>(
    passed.count() * static_cast<double>(opts_.reassert_rate));
  if (earned > 0) {
    filled_ = now;
    // A tenth of a second's worth at once, at most.
    budget_ = std::min(budget_ + earned, opts_.reassert_rate / 10 + 1);
  }
  auto some = sessions_.take_unasserted(std::min(budget_, room));
  budget_ -= std::min(budget_, some.size());
  presence_metrics::instance().reasserted.Increment(
    static_cast<double>(some.size()));
  for (const auto& each : some)
    write(each);
  if (sessions_.unasserted() > 0 || !up() || leaving_)
    return;
  asserting_ = false;
  log::info("presence_reasserted", {{"redis", name_}});
  renew(false);
}

void session_writer::write(const change& what) {
  auto connected = connection_;
  if (!connected)
    return sessions_.not_told(what);
  auto key = keys_.user(what.user);
  std::vector<std::string> words{"HSET", key, std::to_string(opts_.node),
                                 to_string(entry{what.present, as_, what.at})};
  if (what.present && what.status) {
    words.emplace_back("status");
    words.emplace_back(to_string(*what.status));
  }
  connected->send(
    words, [this, what](const reply* answer) { on_written(answer, what); });
  auto seconds = std::chrono::ceil<std::chrono::seconds>(opts_.retention);
  if (what.present)
    connected->send({"EXPIRE", key, std::to_string(seconds.count())},
                    [](const auto*) {});
}

void session_writer::on_written(const reply* answer, const change& what) {
  if (answer && !answer->is_error()) {
    sessions_.told(what.user);
    if (up() && connection_->waiting() <= opts_.window / 2)
      pump();
    return;
  }
  sessions_.not_told(what);
  if (!answer)
    return;
  if (is_elsewhere(*answer))
    return break_off(answer->text);
  auto now = steady_clock::now();
  if (now >= pause_until_)
    log::warning("presence_write_refused",
                 {{"redis", name_}, {"why", answer->text}});
  pause_until_ = now + refusal_pause;
}

void session_writer::leave(std::function<void()> done) {
  if (!up() || !leased_)
    return done();
  left_ = std::move(done);
  leaving_ = true;
  pump();
}

void session_writer::say_gone() {
  auto connected = connection_;
  if (!connected || std::exchange(gone_, true))
    return;
  connected->send({"DEL", keys_.lease(opts_.node)}, [this](const reply*) {
    if (auto left = std::exchange(left_, nullptr))
      left();
  });
}

} // namespace parley::cluster::presence
