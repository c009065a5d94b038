#include "net/worker.hpp"

#include "actors/trace.hpp"
#include "base/log.hpp"
#include "base/thread_name.hpp"
#include "net/departure.hpp"
#include "net/dispatch.hpp"
#include "net/http_connection.hpp"
#include "net/listener.hpp"
#include "net/session.hpp"
#include "net/session_ids.hpp"
#include "net/steady_ms.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace parley::net {

namespace {

constexpr std::size_t scratch_bytes = std::size_t{64} * 1024;
constexpr std::int64_t expiry_interval_ms = 1000;
// Between two of these rounds all others have their turn. Measured while 10,000
// came back: messages took 11 ms where newcomers had as many as all, 5.5 with
// 8, and 2.3 to 4 with 2; they were back no later.
constexpr std::size_t newcomers_a_round = 2;
// Sessions leave one by one: a second would make crowds of them.
constexpr milliseconds drain_tick{20};

// Often enough for the shortest of the times that sessions keep.
milliseconds tick_interval(const options& opts) {
  auto shortest
    = std::min({opts.heartbeat, opts.auth_timeout, opts.handshake_timeout,
                opts.stall_timeout, opts.call_timeout});
  return std::clamp(shortest / 8, milliseconds{10}, milliseconds{1000});
}

} // namespace

result<std::unique_ptr<worker>> worker::make(std::uint32_t index,
                                             environment& env, inbox& tasks) {
  auto sockets = poller::make();
  if (!sockets)
    return sockets.error();
  auto newcomers = poller::make();
  if (!newcomers)
    return newcomers.error();
  std::unique_ptr<worker> out{
    new worker{index, env, tasks, std::move(*sockets), std::move(*newcomers)}};
  return out;
}

worker::worker(std::uint32_t index, environment& env, inbox& tasks,
               poller sockets, poller newcomers)
  : index_(index),
    env_(env),
    tasks_(tasks),
    poller_(std::move(sockets)),
    newcomers_(std::move(newcomers)),
    hub_(env.opts.shards),
    calls_(static_cast<std::uint32_t>(std::random_device{}())),
    scratch_(scratch_bytes),
    random_(std::random_device{}()),
    tick_every_(tick_interval(env.opts)),
    clock_(steady_ms()),
    now_ms_(clock_.at(steady_ms())),
    last_session_(secret_numbers_.next()) {
  // Asio closes what it is given.
  ready_.assign(::dup(poller_.fd()));
  newcomers_ready_.assign(::dup(newcomers_.fd()));
}

worker::~worker() {
  join();
}

void worker::start() {
  tasks_.open([this] { boost::asio::post(io_, [this] { on_inbox(); }); });
  wait_for_sockets();
  wait_for_newcomers();
  wait_for_tick();
  thread_ = std::thread{[this] { run(); }};
}

void worker::run() {
  name_thread("parley:sockets");
  io_.run();
  entities_.run(true);
  tasks_.close();
  for (auto& one : listeners_)
    one->close();
  to_flush_.clear();
  sessions_.clear();
  connections_.clear();
  dead_sessions_.clear();
  dead_connections_.clear();
  end_.set_value();
}

void worker::post(std::function<void()> what) {
  boost::asio::post(io_, [this, todo = std::move(what)] {
    begin_round();
    todo();
    end_round();
  });
}

void worker::abort() {
  io_.stop();
}

void worker::join() {
  if (thread_.joinable())
    thread_.join();
}

// -- rounds
// --------------------------------------------------------------------

void worker::begin_round() {
  now_ms_ = clock_.begin_round(steady_ms(), tick_every_.count());
  in_round_ = true;
  if (clock_.stood_still())
    doubt_sessions();
}

// Handlers of HTTP calls answer from functions of their own, outside a round.
void worker::want_round() {
  if (std::exchange(in_round_, true))
    return;
  boost::asio::post(io_, [this] {
    begin_round();
    end_round();
  });
}

// Writing may end sessions and so make others' queues grow, but never asks for
// more calls: this ends.
void worker::end_round() {
  entities_.run();
  // NOLINTNEXTLINE(modernize-loop-convert): it may become longer meanwhile.
  for (std::size_t i = 0; i < to_flush_.size(); ++i) {
    auto& which = *to_flush_[i];
    which.flush_queued = false;
    which.flush();
  }
  to_flush_.clear();
  dead_sessions_.clear();
  dead_connections_.clear();
  in_round_ = false;
  if (winding_up_ && sessions_.empty() && connections_.empty())
    io_.stop();
}

void worker::wait_for_sockets() {
  using boost::asio::posix::descriptor_base;
  ready_.async_wait(descriptor_base::wait_read,
                    [this](boost::system::error_code why) {
                      if (why)
                        return;
                      begin_round();
                      poller_.dispatch();
                      end_round();
                      wait_for_sockets();
                    });
}

void worker::wait_for_newcomers() {
  using boost::asio::posix::descriptor_base;
  newcomers_ready_.async_wait(descriptor_base::wait_read,
                              [this](boost::system::error_code why) {
                                if (!why)
                                  let_in_newcomers();
                              });
}

void worker::let_in_newcomers() {
  begin_round();
  newcomers_.dispatch(newcomers_a_round);
  end_round();
  if (!arrivals_.full(now_ms_))
    return wait_for_newcomers();
  newcomers_timer_.expires_after(milliseconds{arrivals::patience_ms});
  newcomers_timer_.async_wait(
    [this](boost::system::error_code) { wait_for_newcomers(); });
}

void worker::opening() {
  arrivals_.began(now_ms_);
}

// Nobody waits for the timer while more may be let in.
void worker::opened() {
  arrivals_.ended();
  newcomers_timer_.cancel();
}

poller& worker::sockets_of(door from) {
  return from == door::client ? newcomers_ : poller_;
}

void worker::wait_for_tick() {
  timer_.expires_after(tick_every_);
  timer_.async_wait([this](boost::system::error_code why) {
    if (why)
      return;
    begin_round();
    tick();
    end_round();
    wait_for_tick();
  });
}

void worker::tick() {
  std::size_t queued = 0;
  for (auto& [id, one] : sessions_)
    queued += one->queue_bytes();
  env_.metrics.queue_bytes.Increment(static_cast<double>(queued)
                                     - static_cast<double>(queue_bytes_));
  queue_bytes_ = queued;
  tick_all();
  catch_up_.again(now_ms_);
  catch_up_soon();
  for (auto& one : listeners_)
    one->tick();
  if (now_ms_ - expired_ms_ < expiry_interval_ms
      && env_.opts.call_timeout.count() >= expiry_interval_ms)
    return;
  expired_ms_ = now_ms_;
  expire_calls();
}

// Those whose time is over leave the table meanwhile, so it is not walked.
void worker::tick_all() {
  std::vector<session*> sessions;
  sessions.reserve(sessions_.size());
  for (auto& [id, one] : sessions_)
    sessions.push_back(one.get());
  for (auto* one : sessions)
    one->tick();
  std::vector<std::shared_ptr<http_connection>> connections;
  connections.reserve(connections_.size());
  for (auto& [raw, one] : connections_)
    connections.push_back(one);
  for (auto& one : connections)
    one->tick();
}

void worker::expire_calls() {
  for (auto& one : calls_.take_expired(now_ms_))
    resolve(std::move(one),
            error{errc::unavailable, "no answer in time", {}, 1000});
}

// -- sockets
// -------------------------------------------------------------------

void worker::listen_on(std::shared_ptr<listener> where) {
  where->watch(sockets_of(where->leads_to()));
  listeners_.push_back(std::move(where));
}

void worker::adopt(accepted_socket socket) {
  tls_stream tls;
  if (socket.through == door::client && env_.tls) {
    tls = accept_tls(env_.tls->current(), socket.fd.get());
    if (!tls)
      return;
  }
  auto made = std::make_shared<http_connection>(*this, std::move(socket),
                                                std::move(tls));
  connections_.emplace(made.get(), made);
  made->begin();
}

void worker::upgrade(session_start from) {
  auto id = make_session_id(env_.opts.node, index_, ++last_session_);
  auto made = std::make_unique<session>(*this, id, from);
  auto* raw = made.get();
  sessions_.emplace(id, std::move(made));
  raw->begin(from);
}

void worker::flush_later(session& which) {
  if (std::exchange(which.flush_queued, true))
    return;
  to_flush_.push_back(&which);
  want_round();
}

void worker::bury(session& which) {
  auto at = sessions_.find(which.id());
  if (at == sessions_.end())
    return;
  dead_sessions_.push_back(std::move(at->second));
  sessions_.erase(at);
  want_round();
}

void worker::bury(http_connection& which) {
  auto at = connections_.find(&which);
  if (at == connections_.end())
    return;
  dead_connections_.push_back(std::move(at->second));
  connections_.erase(at);
  want_round();
}

session* worker::find(session_id id) {
  auto at = sessions_.find(id);
  return at == sessions_.end() ? nullptr : at->second.get();
}

void worker::stop_listening() {
  for (auto& one : listeners_)
    if (one->leads_to() == door::client)
      one->close();
}

// Each has a part of the time to itself and goes somewhen in it: so many a
// second go, but never all threads' at once.
void worker::send_away(const departure& how) {
  tick_every_ = std::min(tick_every_, drain_tick);
  wait_for_tick();
  auto part = static_cast<double>(how.window.count())
              / static_cast<double>(std::max<std::size_t>(1, sessions_.size()));
  std::uniform_real_distribution<double> within{0, part};
  std::size_t place = 0;
  for (auto& [id, one] : sessions_) {
    auto after = part * static_cast<double>(place) + within(random_);
    one->go_away(milliseconds{static_cast<std::int64_t>(after)},
                 how.urls.empty() ? std::string_view{}
                                  : how.urls[place % how.urls.size()]);
    ++place;
  }
}

void worker::let_stay() {
  tick_every_ = tick_interval(env_.opts);
  for (auto& [id, one] : sessions_)
    one->may_stay();
}

void worker::wind_up() {
  winding_up_ = true;
  for (auto& one : listeners_)
    one->close();
  for (auto& [id, one] : sessions_)
    one->close(4000, "node draining");
  std::vector<std::shared_ptr<http_connection>> connections;
  for (auto& [raw, one] : connections_)
    connections.push_back(one);
  for (auto& one : connections)
    one->wind_up();
}

std::vector<session_info> worker::list(std::size_t limit) const {
  std::vector<session_info> out;
  for (const auto& [id, one] : sessions_) {
    if (out.size() == limit)
      break;
    out.push_back(one->info());
  }
  return out;
}

} // namespace parley::net
