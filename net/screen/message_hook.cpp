#include "net/screen/message_hook.hpp"

#include "base/metrics.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>

#include <utility>

namespace parley::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint64_t hook_answer_bytes_max = 64 * 1024;

auto into(error_code& failed) {
  return asio::redirect_error(asio::use_awaitable, failed);
}

error hook_failed(const std::string& why) {
  return {errc::unavailable, why};
}

struct hook_metrics {
  prometheus::Gauge& waiting = metrics::gauge(
    "hook_requests_waiting", "Messages that wait for a connection to the hook");
  prometheus::Histogram& seconds
    = metrics::histogram("hook_duration_seconds",
                         "From a message's arrival at the hook to its answer",
                         metrics::latency_bounds());
};

hook_metrics& measured() {
  static hook_metrics all;
  return all;
}

} // namespace

result<message_hook::place> message_hook::read_url(const std::string& url) {
  auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->scheme() != "http" || parsed->host().empty())
    return error{errc::bad_config, "moderation.hook.url is no http:// URL"};
  place out;
  out.host = parsed->host_address();
  out.port = parsed->has_port() ? std::string{parsed->port()} : "80";
  out.name = std::string{parsed->encoded_host_and_port()};
  out.target = std::string{parsed->encoded_target()};
  if (out.target.empty() || out.target.front() != '/')
    out.target.insert(0, "/");
  return out;
}

result<std::unique_ptr<message_hook>>
message_hook::make(const hook_options& opts) {
  auto where = read_url(opts.url);
  if (!where)
    return where.error();
  return std::unique_ptr<message_hook>(
    new message_hook(opts, std::move(*where)));
}

message_hook::message_hook(const hook_options& opts, place where)
  : opts_(opts), where_(std::move(where)) {
  thread_ = std::thread{[this] { io_->run(); }};
}

message_hook::~message_hook() {
  stop();
}

void message_hook::stop() {
  if (!thread_.joinable())
    return;
  io_->stop();
  thread_.join();
  waiting_.clear();
  idle_.clear();
  guard_.reset();
  // With what has been begun.
  std::lock_guard held{ending_};
  io_.reset();
}

void message_hook::ask(std::string body, then what) {
  std::lock_guard held{ending_};
  if (!io_)
    return;
  asio::post(*io_, [this, one = question{std::move(body), std::move(what),
                                         clock::now()}]() mutable {
    add(std::move(one));
  });
}

void message_hook::add(question one) {
  if (waiting_.size() >= opts_.queue_max)
    return one.what(hook_failed("too many messages wait for the hook"));
  waiting_.push_back(std::move(one));
  measured().waiting.Set(static_cast<double>(waiting_.size()));
  if (workers_ >= opts_.concurrency)
    return;
  ++workers_;
  asio::co_spawn(*io_, work(), asio::detached);
}

asio::awaitable<void> message_hook::work() {
  stream over;
  if (!idle_.empty()) {
    over = std::move(idle_.back());
    idle_.pop_back();
  }
  while (!waiting_.empty()) {
    auto one = std::move(waiting_.front());
    waiting_.pop_front();
    measured().waiting.Set(static_cast<double>(waiting_.size()));
    co_await serve(over, std::move(one));
  }
  if (over)
    idle_.push_back(std::move(over));
  --workers_;
}

asio::awaitable<void> message_hook::serve(stream& over, question one) {
  auto was_open = over != nullptr;
  auto got = co_await exchange(over, one);
  // The other end may close what is idle at any time.
  if (!got && was_open && clock::now() < one.asked + opts_.timeout)
    got = co_await exchange(over, one);
  std::chrono::duration<double> took = clock::now() - one.asked;
  measured().seconds.Observe(took.count());
  one.what(std::move(got));
}

asio::awaitable<error_code> message_hook::connect(stream& over,
                                                  clock::time_point deadline) {
  tcp::resolver names{*io_};
  asio::steady_timer timer{*io_, deadline};
  timer.async_wait([&names](error_code why) {
    if (!why)
      names.cancel();
  });
  error_code failed;
  auto found
    = co_await names.async_resolve(where_.host, where_.port, into(failed));
  timer.cancel();
  if (failed)
    co_return failed;
  over = std::make_unique<beast::tcp_stream>(*io_);
  over->expires_at(deadline);
  co_await over->async_connect(found, into(failed));
  if (failed)
    over.reset();
  else
    over->socket().set_option(tcp::no_delay{true});
  co_return failed;
}

asio::awaitable<result<std::string>>
message_hook::exchange(stream& over, const question& one) {
  auto deadline = one.asked + opts_.timeout;
  if (clock::now() >= deadline)
    co_return hook_failed("the hook is too slow");
  error_code failed;
  if (!over)
    failed = co_await connect(over, deadline);
  if (failed)
    co_return hook_failed("the hook can't be reached: " + failed.message());
  over->expires_at(deadline);
  http::request<http::string_body> request{http::verb::post, where_.target, 11};
  request.set(http::field::host, where_.name);
  request.set(http::field::content_type, "application/json");
  request.body() = one.body;
  request.prepare_payload();
  co_await http::async_write(*over, request, into(failed));
  http::response_parser<http::string_body> answer;
  answer.body_limit(hook_answer_bytes_max);
  beast::flat_buffer buffer;
  if (!failed)
    co_await http::async_read(*over, buffer, answer, into(failed));
  if (failed) {
    over.reset();
    co_return hook_failed("the hook has not answered: " + failed.message());
  }
  if (!answer.keep_alive())
    over.reset();
  if (answer.get().result() != http::status::ok)
    co_return hook_failed("the hook answered "
                          + std::to_string(answer.get().result_int()));
  co_return std::move(answer.get().body());
}

} // namespace parley::net
