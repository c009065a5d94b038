#pragma once

#include "base/error.hpp"
#include "net/options.hpp"

#include <memory>
#include <mutex>

struct ssl_ctx_st;
struct ssl_st;

namespace parley::net {

/// A certificate with its key, and how TLS is spoken: 1.2 with forward secrecy
/// and AEAD ciphers only, or 1.3. Connections that began with one keep it.
using tls_context = std::shared_ptr<ssl_ctx_st>;

struct tls_free {
  void operator()(ssl_st* tls) const;
};

/// The TLS of one connection.
using tls_stream = std::unique_ptr<ssl_st, tls_free>;

/// Fails with `bad_config`, saying which file cannot be used and why.
result<tls_context> load_tls(const tls_options& opts);

/// Null where there is no memory for it.
tls_stream accept_tls(const tls_context& context, int fd);

/// The context that new connections use, which may change while they come.
/// Safe to call from any thread.
class tls_source {
public:
  /// Null where there is no TLS.
  explicit tls_source(tls_context first) : current_(std::move(first)) {}

  tls_context current() const;
  void replace(tls_context next);

private:
  mutable std::mutex guard_;
  tls_context current_;
};

} // namespace parley::net
