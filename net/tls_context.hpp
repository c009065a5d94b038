#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/options.hpp"

#include <memory>
#include <mutex>
#include <string>

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

/// From when until when a context's certificate is good, in milliseconds since
/// 1970.
struct certificate_dates {
  timestamp_ms begins = 0;
  timestamp_ms ends = 0;
};
certificate_dates dates_of(const tls_context& context);

/// Why nobody will trust the certificate at that time: it has ended, or has not
/// begun. `bad_config` names the file and the date.
result<void> check_dates(const tls_context& context, const std::string& file,
                         timestamp_ms now);

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
