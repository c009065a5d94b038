#pragma once

#include "net/options.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <string_view>

namespace parley::net {

/// A client that blocks: one WebSocket, short text frames.
class web_client {
public:
  web_client(const endpoint& where, const std::string& token) {
    using boost::asio::ip::tcp;
    auto address = boost::asio::ip::make_address(where.host);
    socket_.connect(tcp::endpoint{address, where.port});
    write("GET /v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
          "Authorization: Bearer "
          + token + "\r\n\r\n");
    auto end = boost::asio::read_until(
      socket_, boost::asio::dynamic_buffer(in_), "\r\n\r\n");
    in_.erase(0, end);
  }

  /// Up to 125 bytes, masked with zeros.
  void send(std::string_view text) {
    std::string frame{'\x81', static_cast<char>(0x80U | text.size())};
    frame.append(4, '\0');
    write(frame.append(text));
  }

  /// The payload of the next frame; pings are not expected.
  std::string receive() {
    need(2);
    auto size = static_cast<std::size_t>(in_[1]);
    std::size_t head = 2;
    if (size == 126) {
      need(4);
      head = 4;
      size = std::size_t{byte(2)} << 8 | byte(3);
    }
    need(head + size);
    auto payload = in_.substr(head, size);
    in_.erase(0, head + size);
    return payload;
  }

  /// The code of the close frame that comes next.
  unsigned receive_close() {
    auto payload = receive();
    auto high = static_cast<unsigned char>(payload.at(0));
    return unsigned{high} << 8 | static_cast<unsigned char>(payload.at(1));
  }

  void leave() {
    socket_.close();
  }

private:
  void write(const std::string& bytes) {
    boost::asio::write(socket_, boost::asio::buffer(bytes));
  }

  void need(std::size_t size) {
    if (in_.size() < size)
      boost::asio::read(socket_, boost::asio::dynamic_buffer(in_),
                        boost::asio::transfer_exactly(size - in_.size()));
  }

  unsigned char byte(std::size_t at) const {
    return static_cast<unsigned char>(in_[at]);
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::string in_;
};

} // namespace parley::net
