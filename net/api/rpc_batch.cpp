#include "net/api/rpc_batch.hpp"

#include "net/rpc/print.hpp"

#include <utility>

namespace parley::net {

namespace {

constexpr unsigned no_content = 204;

} // namespace

void rpc_batch::refuse(const exchange_ptr& request, const error& why) {
  request->answer_json(rpc::wire_code_of(why.code).http_status,
                       rpc::error_response("null", why));
}

rpc_batch::rpc_batch(exchange_ptr request, bool is_batch, std::size_t calls)
  : request_(std::move(request)),
    is_batch_(is_batch),
    missing_(calls),
    answers_(calls) {}

void rpc_batch::finish(std::size_t index, std::string_view id,
                       const result<std::string>& what) {
  if (!id.empty())
    answers_[index]
      = what ? rpc::response(id, *what) : rpc::error_response(id, what.error());
  if (!what && !is_batch_)
    status_ = rpc::wire_code_of(what.error().code).http_status;
  if (--missing_ == 0)
    answer();
}

void rpc_batch::answer() {
  std::string body;
  for (const auto& each : answers_)
    if (!each.empty())
      body.append(body.empty() ? "" : ",").append(each);
  if (body.empty())
    return request_->answer_empty(no_content);
  request_->answer_json(status_,
                        is_batch_ ? "[" + body + "]" : std::move(body));
}

} // namespace parley::net
