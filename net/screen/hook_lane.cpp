#include "net/screen/hook_lane.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <utility>

namespace parley::net {

namespace http = boost::beast::http;

namespace {

constexpr unsigned interim_answers_max = 8;

constexpr std::uint64_t hook_answer_bytes_max = 64 * 1024;

} // namespace

hook_lane::hook_lane(boost::asio::io_context& io, const hook_place& where,
                     std::function<void(hook_lane&)> on_idle)
  : io_(io),
    where_(where),
    on_idle_(std::move(on_idle)),
    names_(io),
    timer_(io) {}

void hook_lane::ask(hook_question one) {
  now_ = std::move(one);
  request_ = {http::verb::post, where_.target, 11};
  request_.set(http::field::host, where_.name);
  request_.set(http::field::content_type, "application/json");
  request_.body() = std::move(now_.body);
  request_.prepare_payload();
  reused_ = stream_ != nullptr;
  begin();
}

void hook_lane::begin() {
  if (std::chrono::steady_clock::now() >= now_.deadline)
    finish(error{errc::unavailable, "the hook is too slow"});
  else if (stream_)
    write();
  else
    find();
}

void hook_lane::find() {
  timer_.expires_at(now_.deadline);
  timer_.async_wait([this](error_code why) {
    if (!why)
      names_.cancel();
  });
  names_.async_resolve(
    where_.host, where_.port,
    [this](error_code why, const tcp::resolver::results_type& found) {
      timer_.cancel();
      if (why)
        fail("the hook's name is not known", why);
      else
        connect(found);
    });
}

void hook_lane::connect(const tcp::resolver::results_type& found) {
  stream_ = std::make_unique<boost::beast::tcp_stream>(io_);
  stream_->expires_at(now_.deadline);
  stream_->async_connect(found, [this](error_code why, const tcp::endpoint&) {
    if (why)
      return fail("the hook can't be reached", why);
    error_code ignored;
    stream_->socket().set_option(tcp::no_delay{true}, ignored);
    write();
  });
}

void hook_lane::write() {
  stream_->expires_at(now_.deadline);
  http::async_write(*stream_, request_, [this](error_code why, std::size_t) {
    if (why)
      fail("the hook has not taken it", why);
    else
      read();
  });
}

void hook_lane::read() {
  buffer_.clear();
  interim_answers_ = 0;
  read_answer();
}

void hook_lane::read_answer() {
  answer_.emplace();
  answer_->body_limit(hook_answer_bytes_max);
  http::async_read(*stream_, buffer_, *answer_,
                   [this](error_code why, std::size_t) {
                     if (why)
                       fail("the hook has not answered", why);
                     else
                       take_answer();
                   });
}

// Interim answers come before the one that counts (RFC 9110, 15.2), and what
// comes behind that one would be taken for the answer to the next question.
void hook_lane::take_answer() {
  auto status = answer_->get().result();
  if (http::to_status_class(status) == http::status_class::informational
      && status != http::status::switching_protocols
      && ++interim_answers_ <= interim_answers_max)
    return read_answer();
  if (!answer_->keep_alive() || buffer_.size() > 0)
    stream_.reset();
  if (answer_->get().result() == http::status::ok)
    finish(std::move(answer_->get().body()));
  else
    finish(error{errc::unavailable,
                 "the hook answered "
                   + std::to_string(answer_->get().result_int())});
}

// The other end may close what is idle at any time.
void hook_lane::fail(const std::string& what, error_code why) {
  stream_.reset();
  if (std::exchange(reused_, false))
    begin();
  else
    finish(error{errc::unavailable, what + ": " + why.message()});
}

void hook_lane::finish(result<std::string> what) {
  std::exchange(now_.then, nullptr)(std::move(what));
  boost::asio::post(io_, [this] { on_idle_(*this); });
}

} // namespace parley::net
