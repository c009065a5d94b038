#pragma once

#include "base/error.hpp"

#include <netinet/in.h>
#include <string>
#include <string_view>

namespace parley::bench {

struct http_answer {
  int status = 0;
  std::string body = {};
};

/// A blocking HTTP/1.1 connection that is kept open, for what comes before the
/// load: accounts and groups. Connects anew where the server has closed it.
class http_client {
public:
  http_client(const sockaddr_in& from, const sockaddr_in& to)
    : from_(from), to_(to) {}
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;
  ~http_client();

  /// Posts JSON, with a bearer token unless it is empty. `io_failed` where
  /// nobody answers within 10 s; any status is an answer.
  result<http_answer> post(std::string_view path, std::string_view body,
                           std::string_view token = {});

  /// The same of a page.
  result<http_answer> get(std::string_view path);

private:
  result<void> connect();
  result<http_answer> repeated(const std::string& request);
  result<http_answer> exchange(const std::string& request);
  bool send_all(std::string_view bytes);
  /// Reads until `buffer_` holds `size` bytes.
  bool read_upto(std::size_t size);
  void drop();

  sockaddr_in from_;
  sockaddr_in to_;
  int fd_ = -1;
  std::string buffer_ = {};
};

} // namespace parley::bench
