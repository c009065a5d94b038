#pragma once

#include "net/api/exchange.hpp"
#include "net/rpc/parse.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace parley::net {

/// Carries out the calls of one POST /v1/rpc in their order, a few at a time,
/// and answers it when all are done: a single call with the HTTP status of its
/// result, a batch with 200, nothing but notifications with 204.
///
/// All results together have `limits::answer_bytes_max`. A result that does not
/// fit is answered with `too_large`, and so are all calls behind it, which are
/// not carried out.
class rpc_batch : public std::enable_shared_from_this<rpc_batch> {
public:
  using on_result = std::function<void(result<std::string>)>;
  /// Carries out one call and hands on its result as JSON, once.
  using carry_out = std::function<void(const rpc::call&, on_result)>;

  /// Answers a body in which no call could be read or may be carried out.
  static void refuse(const exchange_ptr& request, const error& why);

  rpc_batch(exchange_ptr request, rpc::request_frame frame, carry_out how);

  /// Begins. The calls that wait keep the object alive.
  void run();

private:
  void start(std::size_t index);
  void finish(std::size_t index, const result<std::string>& what);
  std::string response_to(std::size_t index, const result<std::string>& what);
  void collect();
  void answer();

  exchange_ptr request_;
  rpc::request_frame frame_;
  carry_out carry_out_;
  std::vector<std::string> answers_;
  std::vector<bool> done_;
  std::size_t started_ = 0;
  std::size_t under_way_ = 0;
  /// Those before it are in `body_`.
  std::size_t collected_ = 0;
  std::size_t bytes_ = 0;
  /// A result did not fit.
  bool full_ = false;
  bool running_ = false;
  unsigned status_ = 200;
  std::string body_;
};

} // namespace parley::net
