#pragma once

#include "cluster/link/frame.hpp"
#include "cluster/link/host_port.hpp"
#include "cluster/link/psk_context.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace parley::cluster::link {

/// A client of a test's own, byte by byte: plain, or with any TLS.
class raw_peer {
public:
  explicit raw_peer(const std::string& address) {
    auto where = parse_host_port(address).value();
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(where.port)));
    ::inet_pton(AF_INET, where.host.c_str(), &to.sin_addr);
    connected_
      = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    timeval patience{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  ~raw_peer() {
    tls_.reset();
    ::close(fd_);
  }

  raw_peer(const raw_peer&) = delete;
  raw_peer& operator=(const raw_peer&) = delete;

  bool connected() const {
    return connected_;
  }

  void send(const std::string& bytes) {
    ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  /// Whether the other side closes, whatever it says before.
  bool is_closed() {
    std::array<char, 4096> some;
    for (;;) {
      auto got = ::recv(fd_, some.data(), some.size(), 0);
      if (got <= 0)
        return got == 0 || errno == ECONNRESET;
    }
  }

  bool handshake(const psk_context& keys) {
    return handshake(keys.start(true, seen_));
  }

  bool handshake(ssl_handle tls) {
    tls_ = std::move(tls);
    in_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(tls_.get(), in_, out_);
    for (;;) {
      auto done = SSL_do_handshake(tls_.get());
      auto why = SSL_get_error(tls_.get(), done);
      drain();
      if (done == 1)
        return true;
      if (why != SSL_ERROR_WANT_READ || !feed())
        return false;
    }
  }

  void say(channel_id channel, const std::string& payload) {
    std::string bytes;
    append_header(bytes, channel, payload.size());
    say_bytes(bytes + payload);
  }

  void say_bytes(const std::string& bytes) {
    SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
    drain();
  }

  /// The next frame; nothing once the other side has closed.
  std::optional<std::pair<channel_id, std::string>> hear() {
    for (;;) {
      std::string_view rest = heard_;
      if (whole_size(rest) != 0 && whole_size(rest) <= rest.size()) {
        auto whole = whole_size(rest);
        std::pair out{static_cast<channel_id>(rest[4]),
                      std::string{rest.substr(5, whole - 5)}};
        heard_.erase(0, whole);
        return out;
      }
      std::array<char, 16384> some;
      auto got = SSL_read(tls_.get(), some.data(), some.size());
      if (got > 0)
        heard_.append(some.data(), static_cast<std::size_t>(got));
      else if (!feed())
        return std::nullopt;
    }
  }

  /// All bytes that went out so far.
  const std::string& recorded() const {
    return recorded_;
  }

private:
  void drain() {
    char* bytes = nullptr;
    auto size = BIO_get_mem_data(out_, &bytes);
    std::string out{bytes, static_cast<std::size_t>(size)};
    BIO_reset(out_);
    recorded_ += out;
    send(out);
  }

  bool feed() {
    std::array<char, 16384> some;
    auto got = ::recv(fd_, some.data(), some.size(), 0);
    if (got <= 0)
      return false;
    return BIO_write(in_, some.data(), static_cast<int>(got)) == got;
  }

  int fd_ = -1;
  bool connected_ = false;
  offered_key seen_ = offered_key::none;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::string recorded_;
  std::string heard_;
  ssl_handle tls_;
};

} // namespace parley::cluster::link
