#include "net/tls_context.hpp"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <string>

namespace parley::net {

namespace {

std::string openssl_reason() {
  auto code = ERR_get_error();
  ERR_clear_error();
  const auto* text = ERR_reason_error_string(code);
  return text == nullptr ? "unknown reason" : text;
}

error cannot_use(const char* what, const std::string& file) {
  return {errc::bad_config, std::string{"cannot use "} + what + " " + file
                              + ": " + openssl_reason()};
}

// Nobody can type a pass phrase into a service.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

timestamp_ms time_of(const ASN1_TIME* from) {
  tm parts{};
  if (ASN1_TIME_to_tm(from, &parts) != 1)
    return 0;
  return timestamp_ms{timegm(&parts)} * 1000;
}

std::string day_of(timestamp_ms at) {
  auto seconds = static_cast<time_t>(at / 1000);
  tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> out{};
  auto size
    = std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return {out.data(), size};
}

bool configure(ssl_ctx_st* context) {
  constexpr auto ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                 | SSL_OP_CIPHER_SERVER_PREFERENCE
                                 | SSL_OP_PRIORITIZE_CHACHA
                                 | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE
                              | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
                              | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1
         && SSL_CTX_set_cipher_list(context, ciphers) == 1;
}

} // namespace

void tls_free::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

result<tls_context> load_tls(const tls_options& opts) {
  ERR_clear_error();
  tls_context context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!context || !configure(context.get()))
    return error{errc::internal, "cannot set up TLS: " + openssl_reason()};
  auto* raw = context.get();
  const auto& certificate = opts.certificate_file;
  if (SSL_CTX_use_certificate_chain_file(raw, certificate.c_str()) != 1)
    return cannot_use("certificate", certificate);
  const auto& key = opts.key_file.empty() ? certificate : opts.key_file;
  if (SSL_CTX_use_PrivateKey_file(raw, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return cannot_use("key", key);
  if (SSL_CTX_check_private_key(raw) != 1)
    return cannot_use("key", key);
  return context;
}

certificate_dates dates_of(const tls_context& context) {
  const auto* certificate = SSL_CTX_get0_certificate(context.get());
  if (certificate == nullptr)
    return {};
  return {time_of(X509_get0_notBefore(certificate)),
          time_of(X509_get0_notAfter(certificate))};
}

result<void> check_dates(const tls_context& context, const std::string& file,
                         timestamp_ms now) {
  auto dates = dates_of(context);
  if (now >= dates.ends)
    return error{errc::bad_config, "the certificate " + file + " has ended on "
                                     + day_of(dates.ends)};
  if (now < dates.begins)
    return error{errc::bad_config, "the certificate " + file + " begins on "
                                     + day_of(dates.begins)};
  return {};
}

tls_stream accept_tls(const tls_context& context, int fd) {
  tls_stream out{SSL_new(context.get())};
  if (!out || SSL_set_fd(out.get(), fd) != 1)
    return nullptr;
  SSL_set_accept_state(out.get());
  return out;
}

tls_context tls_source::current() const {
  std::lock_guard lock{guard_};
  return current_;
}

void tls_source::replace(tls_context next) {
  std::lock_guard lock{guard_};
  current_ = std::move(next);
}

} // namespace parley::net
