#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "net/accepted_socket.hpp"
#include "net/departure.hpp"
#include "net/environment.hpp"
#include "net/gateway.hpp"
#include "net/options.hpp"
#include "net/session_info.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace parley::net {

class listener;
class worker;

/// The network of a node: both listeners and the threads that serve them. Safe
/// to call from any thread.
///
/// Ignores SIGPIPE in the whole process: TLS writes without saying that it
/// does not want it.
class server {
public:
  /// Listens and serves from now on. `entities_way` has been made for as many
  /// workers as `opts` says. Fails with `bad_config` where an address, a
  /// certificate or a key cannot be used.
  static result<std::unique_ptr<server>>
  start(const options& opts, const server_parts& parts, gateway& entities_way);

  /// Stops at once.
  ~server();

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Where it listens, with the ports that the system picked.
  const endpoint& client_address() const;
  const endpoint& ops_address() const;

  /// Uses the certificate and key that the files hold now, for new
  /// connections; the old ones where this fails. Nothing without TLS.
  result<void> reload_tls();

  /// From now on new WebSockets are refused with 503, and HTTP is answered on
  /// connections that end with it; or no more.
  void turn_away(bool whether);

  /// Accepts no connection from clients any more.
  void stop_listening();

  /// Tells every session to go: each is told its own time, and closed then,
  /// with 4000. Those that were told an earlier time keep it.
  void send_away(const departure& how);

  /// Those that were told to go may stay.
  void let_stay();

  /// Closes everything, answers to requests under way included, and returns
  /// when all is closed or at `deadline`. No session is left then.
  void stop(steady_clock::time_point deadline);

  /// As the gateway's.
  void shard_lost(std::uint16_t shard);
  void shard_moved(std::uint16_t shard);

  std::size_t sessions() const;
  std::size_t connections() const;

  /// Calls `then` on a network thread with up to `limit` sessions of each
  /// thread.
  void list_sessions(std::size_t limit,
                     std::function<void(std::vector<session_info>)> then);

private:
  server(const options& opts, const server_parts& parts, gateway& entities_way);

  result<void> open_listeners();
  void distribute(accepted_socket socket);
  result<void> make_workers();

  environment env_;
  gateway& way_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::shared_ptr<listener> client_listener_;
  std::shared_ptr<listener> ops_listener_;
  /// Used by the first worker's thread only.
  std::size_t next_worker_ = 0;
};

} // namespace parley::net
