#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace parley::cluster::link {

struct ssl_free {
  void operator()(ssl_st* x) const;
};

struct ssl_ctx_free {
  void operator()(ssl_ctx_st* x) const;
};

using ssl_handle = std::unique_ptr<ssl_st, ssl_free>;

/// What a dialling side said of itself, for the log.
enum class offered_key : std::uint8_t { none, of_other_cluster, ours };

/// TLS 1.3 with the cluster's key and nothing else: both sides prove in the
/// handshake that they hold it (RFC 8446, 2.2), every connection has keys of
/// its own (psk_dhe_ke), there are no certificates, no resumption and no early
/// data. The key is HKDF-SHA256 of secret and cluster name; the name itself
/// goes in the clear as the key's identity.
class psk_context {
public:
  /// `bad_config` for a name or secret that will not do.
  static result<std::unique_ptr<psk_context>> make(std::string_view cluster,
                                                   std::string_view secret);

  ~psk_context();

  psk_context(const psk_context&) = delete;
  psk_context& operator=(const psk_context&) = delete;

  /// The TLS of one connection, not yet connected to anything. Null where
  /// there is no memory for it. `seen` is set once the dialling side has
  /// offered a key, and must live as long as the handle.
  ssl_handle start(bool dialling, offered_key& seen) const;

private:
  struct secrets;

  psk_context();

  std::unique_ptr<secrets> secrets_;
  std::unique_ptr<ssl_ctx_st, ssl_ctx_free> context_;
};

/// Whether the handshake ended as it must: TLS 1.3 by our key.
bool proved(ssl_st& tls);

} // namespace parley::cluster::link
