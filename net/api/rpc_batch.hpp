#pragma once

#include "net/api/exchange.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// Collects the answers to the calls of one POST /v1/rpc, and answers it when
/// all are there: a single call with the HTTP status of its result, a batch
/// with 200, nothing but notifications with 204.
class rpc_batch {
public:
  /// Answers a body in which no call could be read.
  static void refuse(const exchange_ptr& request, const error& why);

  rpc_batch(exchange_ptr request, bool is_batch, std::size_t calls);

  /// Call number `index` is done. Without an id nobody is told.
  void finish(std::size_t index, std::string_view id,
              const result<std::string>& what);

private:
  void answer();

  exchange_ptr request_;
  bool is_batch_;
  std::size_t missing_;
  unsigned status_ = 200;
  std::vector<std::string> answers_;
};

} // namespace parley::net
