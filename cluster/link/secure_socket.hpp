#pragma once

#include "cluster/link/psk_context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::cluster::link {

enum class io_state : std::uint8_t { done, again, closed };

/// A connected socket and its TLS. Nothing here waits: `again` asks to be
/// called once the socket can be read (or written, for `flush`).
///
/// What is encrypted is gathered here and goes out in one write; so encrypting
/// never has to wait for the socket.
class secure_socket {
public:
  explicit secure_socket(boost::asio::ip::tcp::socket raw);

  secure_socket(const secure_socket&) = delete;
  secure_socket& operator=(const secure_socket&) = delete;

  boost::asio::ip::tcp::socket& raw() {
    return raw_;
  }

  /// False where there is no memory for it.
  bool start(const psk_context& context, bool dialling);

  /// `done` once the other side has proved that it holds our key.
  io_state handshake();

  /// For metrics and logs, once `handshake` said `closed`.
  std::string_view failure() const {
    return failure_;
  }

  /// At least one byte where it says `done`.
  io_state read(std::span<char> into, std::size_t& count);

  /// Whether more was received than was read: nothing else will say so.
  bool has_more() const;

  /// False if this connection cannot be used any more.
  bool encrypt(std::string_view bytes);

  /// `done` once everything encrypted is with the system.
  io_state flush();

  /// Encrypted and not yet with the system.
  std::size_t unsent() const {
    return wire_.size() - sent_;
  }

  void close();

private:
  friend struct wire_bio;

  io_state tls_state(int returned);
  bool renew_key();

  boost::asio::ip::tcp::socket raw_;
  std::string wire_;
  std::size_t sent_ = 0;
  std::uint64_t records_ = 0;
  offered_key seen_ = offered_key::none;
  std::string_view failure_ = "hung_up";
  bool dialling_ = false;
  ssl_handle tls_;
};

} // namespace parley::cluster::link
