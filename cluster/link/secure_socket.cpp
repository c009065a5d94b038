#include "cluster/link/secure_socket.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace parley::cluster::link {

namespace {

/// What the accepting side of a node says, by OpenSSL's alert, to who dials
/// with a key that is not its own.
std::string_view told_by_peer(int alert) {
  switch (alert) {
    case SSL_AD_ILLEGAL_PARAMETER: return "wrong_secret";
    case SSL_AD_HANDSHAKE_FAILURE: return "other_cluster";
    default: return "refused_by_peer";
  }
}

constexpr std::size_t record_bytes = std::size_t{16} << 10;
/// Above it the buffer is given back once it is empty.
constexpr std::size_t wire_kept_bytes = std::size_t{512} << 10;
/// RFC 8446, 5.5 allows 2^24.5 full records with one key of AES-GCM.
constexpr std::uint64_t records_per_key = std::uint64_t{1} << 23;

} // namespace

/// What OpenSSL reads from the socket and writes to `wire_`.
struct wire_bio {
  static secure_socket& of(BIO* bio) {
    return *static_cast<secure_socket*>(BIO_get_data(bio));
  }

  static int read(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    auto got = ::recv(of(bio).raw_.native_handle(), into,
                      static_cast<std::size_t>(size), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      BIO_set_retry_read(bio);
    return static_cast<int>(got);
  }

  static int write(BIO* bio, const char* from, int size) {
    of(bio).wire_.append(from, static_cast<std::size_t>(size));
    return size;
  }

  static long control(BIO*, int what, long, void*) {
    return what == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static BIO* make(secure_socket& at) {
    // Lives as long as the process, as every BIO's method must.
    static const auto* method = [] {
      auto* out = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK,
                               "parley wire");
      BIO_meth_set_read(out, read);
      BIO_meth_set_write(out, write);
      BIO_meth_set_ctrl(out, control);
      return out;
    }();
    auto* out = BIO_new(method);
    if (out != nullptr) {
      BIO_set_data(out, &at);
      BIO_set_init(out, 1);
    }
    return out;
  }
};

secure_socket::secure_socket(boost::asio::ip::tcp::socket raw)
  : raw_(std::move(raw)) {}

bool secure_socket::start(const psk_context& context, bool dialling) {
  ERR_clear_error();
  dialling_ = dialling;
  tls_ = context.start(dialling, seen_);
  auto* bio = tls_ ? wire_bio::make(*this) : nullptr;
  if (bio == nullptr)
    return false;
  SSL_set_bio(tls_.get(), bio, bio);
  return true;
}

io_state secure_socket::tls_state(int returned) {
  if (returned > 0)
    return io_state::done;
  auto why = SSL_get_error(tls_.get(), returned);
  return why == SSL_ERROR_WANT_READ ? io_state::again : io_state::closed;
}

io_state secure_socket::handshake() {
  ERR_clear_error();
  auto state = tls_state(SSL_do_handshake(tls_.get()));
  if (state == io_state::again)
    return state;
  if (state == io_state::done && proved(*tls_))
    return state;
  auto reason = ERR_GET_REASON(ERR_peek_error());
  ERR_clear_error();
  if (seen_ == offered_key::of_other_cluster)
    failure_ = "other_cluster";
  else if (reason == SSL_R_BINDER_DOES_NOT_VERIFY)
    failure_ = "wrong_secret";
  else if (reason >= SSL_AD_REASON_OFFSET)
    failure_ = dialling_ ? told_by_peer(reason - SSL_AD_REASON_OFFSET)
                         : "refused_by_peer";
  else if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED
           || reason == SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM
           || reason == SSL_R_NO_SHARED_CIPHER)
    failure_ = "no_key";
  else if (reason != 0)
    failure_ = "not_tls";
  return io_state::closed;
}

io_state secure_socket::read(std::span<char> into, std::size_t& count) {
  ERR_clear_error();
  auto size = static_cast<int>(std::min<std::size_t>(into.size(), 1u << 30));
  auto got = SSL_read(tls_.get(), into.data(), size);
  count = got > 0 ? static_cast<std::size_t>(got) : 0;
  return tls_state(got);
}

bool secure_socket::has_more() const {
  return SSL_has_pending(tls_.get()) == 1;
}

bool secure_socket::renew_key() {
  records_ = 0;
  return SSL_key_update(tls_.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1;
}

bool secure_socket::encrypt(std::string_view bytes) {
  ERR_clear_error();
  while (!bytes.empty()) {
    if (++records_ > records_per_key && !renew_key())
      return false;
    auto piece = bytes.substr(0, record_bytes);
    auto size = static_cast<int>(piece.size());
    if (SSL_write(tls_.get(), piece.data(), size) != size)
      return false;
    bytes.remove_prefix(piece.size());
  }
  return true;
}

io_state secure_socket::flush() {
  while (sent_ < wire_.size()) {
    auto put = ::send(raw_.native_handle(), wire_.data() + sent_,
                      wire_.size() - sent_, MSG_NOSIGNAL);
    if (put > 0)
      sent_ += static_cast<std::size_t>(put);
    else if (errno == EAGAIN)
      return io_state::again;
    else if (errno != EINTR)
      return io_state::closed;
  }
  wire_.clear();
  sent_ = 0;
  if (wire_.capacity() > wire_kept_bytes)
    wire_.shrink_to_fit();
  return io_state::done;
}

void secure_socket::close() {
  boost::system::error_code ignored;
  raw_.close(ignored);
}

} // namespace parley::cluster::link
