#pragma once

#include "net/api/exchange.hpp"

#include <boost/beast/http/verb.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// Finds who answers a request by its path and verb. Filled once, then only
/// read, by many threads.
class http_router {
public:
  using handler = std::function<void(const exchange_ptr&)>;

  /// `path` is like "/v1/conversations/*/messages"; a star is any one part.
  /// What answers GET answers HEAD.
  void add(boost::beast::http::verb verb, std::string_view path, handler what);

  /// Has the request answered: 404 where nobody knows the path, 405 with
  /// `Allow` where nobody knows the verb for it.
  void dispatch(const exchange_ptr& request) const;

private:
  struct route {
    boost::beast::http::verb verb;
    std::vector<std::string> path;
    handler what;
  };

  std::vector<route> routes_;
};

} // namespace parley::net
