#include "net/api/rpc_batch.hpp"

#include "base/answer_limits.hpp"
#include "net/rpc/print.hpp"

#include <utility>

namespace parley::net {

namespace {

constexpr unsigned no_content = 204;

// Calls of a batch under way at a time: their results wait in memory.
constexpr std::size_t window = 4;

error no_room() {
  return {errc::too_large, "the answer is too large: ask for less"};
}

} // namespace

void rpc_batch::refuse(const exchange_ptr& request, const error& why) {
  request->answer_json(rpc::wire_code_of(why.code).http_status,
                       rpc::error_response("null", why));
}

rpc_batch::rpc_batch(exchange_ptr request, rpc::request_frame frame,
                     carry_out how)
  : request_(std::move(request)),
    frame_(std::move(frame)),
    carry_out_(std::move(how)),
    answers_(frame_.calls.size()),
    done_(frame_.calls.size()) {}

void rpc_batch::run() {
  // A call may be finished before it returns.
  running_ = true;
  while (started_ < frame_.calls.size() && under_way_ < window)
    start(started_++);
  running_ = false;
  if (collected_ == frame_.calls.size())
    answer();
}

void rpc_batch::start(std::size_t index) {
  const auto& call = frame_.calls[index];
  ++under_way_;
  if (!call.fault)
    return finish(index, call.fault.error());
  if (full_)
    return finish(index, no_room());
  carry_out_(
    call, [self = shared_from_this(), index](const result<std::string>& what) {
      self->finish(index, what);
    });
}

void rpc_batch::finish(std::size_t index, const result<std::string>& what) {
  --under_way_;
  if (!what && !frame_.batch)
    status_ = rpc::wire_code_of(what.error().code).http_status;
  answers_[index] = response_to(index, what);
  done_[index] = true;
  bytes_ += answers_[index].size();
  collect();
  if (!running_)
    run();
}

// What was done must be told: answers that say no more than that are small, and
// fit always.
std::string rpc_batch::response_to(std::size_t index,
                                   const result<std::string>& what) {
  const auto& id = frame_.calls[index].id;
  if (id.empty())
    return {};
  if (!what)
    return rpc::error_response(id, what.error());
  if (bytes_ + what->size() <= limits::answer_bytes_max
      || what->size() <= limits::small_answer_bytes_max)
    return rpc::response(id, *what);
  full_ = true;
  if (!frame_.batch)
    status_ = rpc::wire_code_of(errc::too_large).http_status;
  return rpc::error_response(id, no_room());
}

void rpc_batch::collect() {
  for (; collected_ < done_.size() && done_[collected_]; ++collected_) {
    auto text = std::exchange(answers_[collected_], {});
    if (text.empty())
      continue;
    if (frame_.batch)
      body_ += body_.empty() ? '[' : ',';
    body_ += text;
  }
}

void rpc_batch::answer() {
  if (body_.empty())
    return request_->answer_empty(no_content);
  if (frame_.batch)
    body_ += ']';
  request_->answer_json(status_, std::move(body_));
}

} // namespace parley::net
