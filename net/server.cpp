#include "net/server.hpp"

#include "base/check.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/listener.hpp"
#include "net/worker.hpp"

#include <csignal>
#include <mutex>
#include <utility>

namespace parley::net {

namespace {

// Collects the parts of a list from all threads; the last one passes it on.
struct gathered_list {
  std::mutex guard;
  std::vector<session_info> all;
  std::size_t missing = 0;
  std::function<void(std::vector<session_info>)> then;

  void add(std::vector<session_info> part) {
    std::unique_lock lock{guard};
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
    if (--missing > 0)
      return;
    lock.unlock();
    then(std::move(all));
  }
};

// 0 without TLS.
auto& certificate_expiry
  = metrics::gauge("tls_certificate_expiry_seconds",
                   "When the certificate of the clients' listener ends, in "
                   "seconds since 1970.");

void show_end(const tls_context& certificate) {
  certificate_expiry.Set(static_cast<double>(dates_of(certificate).ends)
                         / 1000);
}

} // namespace

server::server(const options& opts, const server_parts& parts,
               gateway& entities_way)
  : env_{opts, parts}, way_(entities_way) {}

result<std::unique_ptr<server>> server::start(const options& opts,
                                              const server_parts& parts,
                                              gateway& entities_way) {
  PARLEY_CHECK(entities_way.workers() == opts.workers);
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<server> out{new server{opts, parts, entities_way}};
  if (opts.tls.enabled()) {
    auto context = load_tls(opts.tls);
    if (!context)
      return context.error();
    // Better than nothing: that it must be replaced is said loudly.
    if (auto good = check_dates(*context, opts.tls.certificate_file,
                                system_clock().now_ms());
        !good)
      log::error("certificate_not_valid", {{"why", good.error().detail}});
    show_end(*context);
    out->env_.tls = std::make_unique<tls_source>(std::move(*context));
  }
  if (auto made = out->make_workers(); !made)
    return made.error();
  if (auto opened = out->open_listeners(); !opened)
    return opened.error();
  for (auto& one : out->workers_)
    one->start();
  return out;
}

result<void> server::make_workers() {
  for (std::size_t i = 0; i < way_.workers(); ++i) {
    auto made
      = worker::make(static_cast<std::uint32_t>(i), env_, way_.inbox_of(i));
    if (!made)
      return made.error();
    workers_.push_back(std::move(*made));
  }
  return {};
}

result<void> server::open_listeners() {
  auto client = listener::open(
    env_.opts.client, door::client,
    [this](accepted_socket socket) { distribute(std::move(socket)); });
  if (!client)
    return client.error();
  auto& first = *workers_.front();
  auto ops = listener::open(env_.opts.ops, door::ops,
                            [this, &first](accepted_socket socket) {
                              socket.entry = env_.operators.admit();
                              if (!socket.entry.place)
                                return reset(std::move(socket.fd));
                              first.adopt(std::move(socket));
                            });
  if (!ops)
    return ops.error();
  client_listener_ = std::move(*client);
  ops_listener_ = std::move(*ops);
  first.listen_on(client_listener_);
  first.listen_on(ops_listener_);
  return {};
}

// On the first worker's thread.
void server::distribute(accepted_socket socket) {
  // Whose client it is, a proxy will say.
  socket.entry = env_.opts.proxies.trusts(socket.peer)
                   ? env_.clients.admit()
                   : env_.clients.admit(address_key(socket.peer));
  if (!socket.entry.place)
    return reset(std::move(socket.fd));
  auto& chosen = *workers_[next_worker_];
  if (next_worker_ == 0) {
    chosen.adopt(std::move(socket));
  } else {
    auto shared = std::make_shared<accepted_socket>(std::move(socket));
    chosen.post([&chosen, shared] { chosen.adopt(std::move(*shared)); });
  }
  next_worker_ = (next_worker_ + 1) % workers_.size();
}

server::~server() {
  stop(steady_clock::now());
}

const endpoint& server::client_address() const {
  return client_listener_->where();
}

const endpoint& server::ops_address() const {
  return ops_listener_->where();
}

result<void> server::reload_tls() {
  if (!env_.tls)
    return {};
  auto context = load_tls(env_.opts.tls);
  if (!context)
    return context.error();
  if (auto good = check_dates(*context, env_.opts.tls.certificate_file,
                              system_clock().now_ms());
      !good)
    return good;
  show_end(*context);
  env_.tls->replace(std::move(*context));
  return {};
}

void server::turn_away(bool whether) {
  env_.draining = whether;
}

void server::stop_listening() {
  env_.draining = true;
  for (auto& one : workers_)
    one->post([raw = one.get()] { raw->stop_listening(); });
}

void server::send_away(const departure& how) {
  for (auto& one : workers_)
    one->post([raw = one.get(), how] { raw->send_away(how); });
}

void server::let_stay() {
  for (auto& one : workers_)
    one->post([raw = one.get()] { raw->let_stay(); });
}

void server::stop(steady_clock::time_point deadline) {
  env_.draining = true;
  for (auto& one : workers_)
    one->post([raw = one.get()] { raw->wind_up(); });
  for (auto& one : workers_)
    if (one->started()
        && one->ended().wait_until(deadline) != std::future_status::ready)
      one->abort();
  for (auto& one : workers_)
    one->join();
}

void server::shard_lost(std::uint16_t shard) {
  way_.shard_lost(shard);
}

void server::shard_moved(std::uint16_t shard) {
  way_.shard_moved(shard);
}

std::size_t server::sessions() const {
  return env_.sessions;
}

std::size_t server::connections() const {
  return env_.clients.open();
}

void server::list_sessions(
  std::size_t limit, std::function<void(std::vector<session_info>)> then) {
  auto list = std::make_shared<gathered_list>();
  list->missing = workers_.size();
  list->then = std::move(then);
  for (auto& one : workers_)
    one->post([raw = one.get(), list, limit] { list->add(raw->list(limit)); });
}

} // namespace parley::net
