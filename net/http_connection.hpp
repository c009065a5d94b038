#pragma once

#include "net/accepted_socket.hpp"
#include "net/admission.hpp"
#include "net/http_api.hpp"
#include "net/http_reply.hpp"
#include "net/poller.hpp"
#include "net/proxy_header.hpp"
#include "net/request_parser.hpp"
#include "net/stream_socket.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace parley::net {

class worker;
struct upgrade_request;

/// One connection that speaks HTTP/1.1, until it ends or becomes a session.
/// Requests are answered one at a time, in order. Lives on one network thread.
///
/// introducing ─▶ handshaking ─▶ reading ─▶ waiting ─▶ writing ─▶ reading …
/// lingering ─▶ closed
class http_connection final
  : public poll_handler,
    public std::enable_shared_from_this<http_connection> {
public:
  http_connection(worker& home, accepted_socket from, tls_stream tls);
  ~http_connection() override;

  /// Begins to read.
  void begin();

  void on_ready(bool readable, bool writable) override;

  /// Time passes: time-outs.
  void tick();

  /// Ends it as soon as no request is being handled.
  void wind_up();

private:
  enum class phase : std::uint8_t {
    introducing,
    handshaking,
    reading,
    waiting,
    writing,
    lingering,
    closed
  };

  void read_socket();
  /// Reads what the proxy says of its client (PROXY protocol).
  void read_introduction();
  void introduced(const proxy_header& header);
  void begin_transport();
  void shake_hands();
  void parse();
  void invite_body();
  void on_fault(const request_fault& fault);
  void on_request();
  void handle(http_request request);
  /// A response that refuses the request, if it is to be refused.
  std::optional<http_response> refusal(const http_request& request);
  std::optional<http_response> refusal_of_connection(bool upgrading) const;
  void upgrade(const http_request& request);
  void become_session(upgrade_request with);
  /// The client's address is known: false where the connection has ended, for
  /// there is no place for it.
  bool charge(const ip_address& client);
  void reply(http_response response);
  void write();
  void written();
  void update_interest();
  void end();
  ip_address client_of(const http_request& request) const;

  worker& home_;
  stream_socket socket_;
  const door door_;
  /// The socket's peer, or whom a trusted proxy's header names.
  ip_address peer_;
  admitted entry_;
  bool winding_up_ = false;
  bool continued_ = false;
  bool parsing_ = false;
  phase phase_ = phase::reading;
  reply_manners manners_;
  std::string target_;
  std::unique_ptr<request_parser> parser_;
  std::string in_;
  std::string out_;
  std::size_t out_at_ = 0;
  /// Of the present request; see `http_context`.
  std::shared_ptr<std::vector<std::shared_ptr<void>>> kept_;
  /// When the present phase, or the request in it, must be over.
  std::int64_t deadline_ms_ = 0;
  /// When the answer must have been read, however slowly that goes on.
  std::int64_t response_deadline_ms_ = 0;
};

} // namespace parley::net
