#include "net/screen/message_hook.hpp"

#include "base/metrics.hpp"
#include "base/thread_name.hpp"
#include "net/screen/hook_lane.hpp"

#include <boost/asio/post.hpp>
#include <boost/url/parse.hpp>

#include <utility>

namespace parley::net {

namespace {

using hook_clock = std::chrono::steady_clock;

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

result<hook_place> read_url(const std::string& url) {
  auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->scheme() != "http" || parsed->host().empty())
    return error{errc::bad_config, "moderation.hook.url is no http:// URL"};
  hook_place out;
  out.host = parsed->host_address();
  out.port = parsed->has_port() ? std::string{parsed->port()} : "80";
  out.name = std::string{parsed->encoded_host_and_port()};
  out.target = std::string{parsed->encoded_target()};
  if (out.target.empty() || out.target.front() != '/')
    out.target.insert(0, "/");
  return out;
}

} // namespace

result<std::unique_ptr<message_hook>>
message_hook::make(const hook_options& opts) {
  auto where = read_url(opts.url);
  if (!where)
    return where.error();
  return std::unique_ptr<message_hook>(
    new message_hook(opts, std::move(*where)));
}

message_hook::message_hook(const hook_options& opts, hook_place where)
  : opts_(opts), where_(std::move(where)) {
  thread_ = std::thread{[this] {
    name_thread("parley:hook");
    io_->run();
  }};
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
  lanes_.clear();
  guard_.reset();
  std::lock_guard held{ending_};
  io_.reset();
}

void message_hook::ask(std::string body,
                       std::function<void(result<std::string>)> then) {
  auto asked = hook_clock::now();
  auto answer = [asked, then = std::move(then)](result<std::string> what) {
    std::chrono::duration<double> took = hook_clock::now() - asked;
    measured().seconds.Observe(took.count());
    then(std::move(what));
  };
  std::lock_guard held{ending_};
  if (!io_)
    return;
  boost::asio::post(
    *io_, [this, one = hook_question{std::move(body), std::move(answer),
                                     asked + opts_.timeout}]() mutable {
      add(std::move(one));
    });
}

void message_hook::add(hook_question one) {
  if (waiting_.size() >= opts_.queue_max)
    return one.then(
      error{errc::unavailable, "too many messages wait for the hook"});
  waiting_.push_back(std::move(one));
  if (!idle_.empty()) {
    auto* lane = idle_.back();
    idle_.pop_back();
    employ(*lane);
  } else if (lanes_.size() < opts_.concurrency) {
    lanes_.push_back(std::make_unique<hook_lane>(
      *io_, where_, [this](hook_lane& lane) { employ(lane); }));
    employ(*lanes_.back());
  }
  measured().waiting.Set(static_cast<double>(waiting_.size()));
}

void message_hook::employ(hook_lane& lane) {
  if (waiting_.empty())
    return idle_.push_back(&lane);
  auto one = std::move(waiting_.front());
  waiting_.pop_front();
  measured().waiting.Set(static_cast<double>(waiting_.size()));
  lane.ask(std::move(one));
}

} // namespace parley::net
