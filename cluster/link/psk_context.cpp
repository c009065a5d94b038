#include "cluster/link/psk_context.hpp"

#include "cluster/link/link_options.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <array>

namespace parley::cluster::link {

namespace {

constexpr std::string_view identity_prefix = "parley-link-1:";
constexpr std::string_view salt = "parley cluster link 1";
constexpr std::array<unsigned char, 2> aes_128_gcm_sha256{0x13, 0x01};
constexpr std::size_t read_buffer_bytes = std::size_t{64} << 10;
/// What OpenSSL takes as an identity.
constexpr std::size_t name_bytes_max = 64;

using key_bytes = std::array<unsigned char, 32>;

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(
    name, const_cast<char*>(bytes.data()), bytes.size());
}

bool derive(std::string_view cluster, std::string_view secret,
            key_bytes& into) {
  std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf{
    EVP_KDF_fetch(nullptr, "HKDF", nullptr), EVP_KDF_free};
  if (!kdf)
    return false;
  std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context{
    EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free};
  if (!context)
    return false;
  std::string digest = "SHA256";
  std::array params{
    OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
    octets(OSSL_KDF_PARAM_KEY, secret), octets(OSSL_KDF_PARAM_SALT, salt),
    octets(OSSL_KDF_PARAM_INFO, cluster), OSSL_PARAM_construct_end()};
  return EVP_KDF_derive(context.get(), into.data(), into.size(), params.data())
         == 1;
}

error not_set_up() {
  ERR_clear_error();
  return {errc::internal, "cannot set up TLS for the cluster's links"};
}

} // namespace

struct psk_context::secrets {
  std::string identity = {};
  key_bytes key = {};

  ~secrets() {
    OPENSSL_cleanse(key.data(), key.size());
  }

  SSL_SESSION* session(SSL* tls) const {
    auto* out = SSL_SESSION_new();
    const auto* cipher = SSL_CIPHER_find(tls, aes_128_gcm_sha256.data());
    if (out != nullptr && cipher != nullptr
        && SSL_SESSION_set1_master_key(out, key.data(), key.size()) == 1
        && SSL_SESSION_set_cipher(out, cipher) == 1
        && SSL_SESSION_set_protocol_version(out, TLS1_3_VERSION) == 1)
      return out;
    SSL_SESSION_free(out);
    return nullptr;
  }

  static const secrets& of(SSL* tls) {
    return *static_cast<secrets*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)));
  }

  static int use(SSL* tls, const EVP_MD*, const unsigned char** id,
                 std::size_t* id_size, SSL_SESSION** session) {
    const auto& mine = of(tls);
    *session = mine.session(tls);
    *id = reinterpret_cast<const unsigned char*>(mine.identity.data());
    *id_size = mine.identity.size();
    return *session != nullptr ? 1 : 0;
  }

  // A key that is not ours is no key: without one, and without a certificate,
  // OpenSSL ends the handshake.
  static int find(SSL* tls, const unsigned char* id, std::size_t id_size,
                  SSL_SESSION** session) {
    const auto& mine = of(tls);
    auto& seen = *static_cast<offered_key*>(SSL_get_app_data(tls));
    std::string_view offered{reinterpret_cast<const char*>(id), id_size};
    *session = nullptr;
    if (offered == mine.identity) {
      seen = offered_key::ours;
      *session = mine.session(tls);
    } else if (offered.starts_with(identity_prefix)) {
      seen = offered_key::of_other_cluster;
    }
    return 1;
  }
};

void ssl_free::operator()(ssl_st* x) const {
  SSL_free(x);
}

void ssl_ctx_free::operator()(ssl_ctx_st* x) const {
  SSL_CTX_free(x);
}

psk_context::psk_context() = default;
psk_context::~psk_context() = default;

result<std::unique_ptr<psk_context>>
psk_context::make(std::string_view cluster, std::string_view secret) {
  if (cluster.empty() || cluster.size() > name_bytes_max)
    return error{errc::bad_config, "a cluster's name has 1 to 64 bytes",
                 "cluster.name"};
  if (secret.size() < secret_bytes_min)
    return error{errc::bad_config,
                 "a cluster's secret has at least 16 bytes, better 32 random "
                 "ones",
                 "cluster.secret"};
  ERR_clear_error();
  std::unique_ptr<psk_context> out{new psk_context};
  out->secrets_ = std::make_unique<secrets>();
  out->secrets_->identity = std::string{identity_prefix}.append(cluster);
  out->context_.reset(SSL_CTX_new(TLS_method()));
  auto* raw = out->context_.get();
  if (raw == nullptr || !derive(cluster, secret, out->secrets_->key)
      || SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION) != 1
      || SSL_CTX_set_max_proto_version(raw, TLS1_3_VERSION) != 1
      || SSL_CTX_set_ciphersuites(raw, "TLS_AES_128_GCM_SHA256") != 1
      || SSL_CTX_set1_groups_list(raw, "X25519:P-256") != 1)
    return not_set_up();
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_read_ahead(raw, 1);
  SSL_CTX_set_default_read_buffer_len(raw, read_buffer_bytes);
  SSL_CTX_set_app_data(raw, out->secrets_.get());
  SSL_CTX_set_psk_use_session_callback(raw, secrets::use);
  SSL_CTX_set_psk_find_session_callback(raw, secrets::find);
  return out;
}

ssl_handle psk_context::start(bool dialling, offered_key& seen) const {
  ssl_handle out{SSL_new(context_.get())};
  if (!out)
    return nullptr;
  SSL_set_app_data(out.get(), &seen);
  if (!dialling) {
    SSL_set_accept_state(out.get());
    return out;
  }
  SSL_set_connect_state(out.get());
  // Nobody's certificate is trusted: one that is shown ends the handshake.
  SSL_set_verify(out.get(), SSL_VERIFY_PEER, nullptr);
  return out;
}

bool proved(ssl_st& tls) {
  return SSL_version(&tls) == TLS1_3_VERSION && SSL_session_reused(&tls) == 1
         && SSL_get0_peer_certificate(&tls) == nullptr;
}

} // namespace parley::cluster::link
